// crash/world.h: a workspace on a failing disk, beside one on a sound disk that is told the same.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event.h"
#include "journal/workspace.h"

namespace pharos::crash {

// What is sent to a workspace: a pure function of the seed, so that it can be sent again. Some
// batches repeat events of earlier ones, come late, link accounts, or move the clocks.
class Feed {
 public:
  explicit Feed(std::uint64_t seed) : seed_(seed) {}
  engine::EventBatch batch(std::size_t number) const;
  // How many events the first batches hold, repeats left out, and where the clocks are by then.
  std::uint64_t events_after(std::size_t batches) const;
  Instant tick_after(std::size_t batches) const;

 private:
  std::uint64_t new_events(std::size_t number) const;
  std::uint64_t seed_;
};

// A folder that is gone at the end; in memory, where the system has such.
class Folder {
 public:
  explicit Folder(std::string_view name);
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// An empty workspace of the trial playbook, made once and copied.
void make_workspace(const std::string& dir);

// Its events in words, one a line: number, id, account, member, name, time, properties, the rest.
std::string told_events(journal::Workspace& workspace);
// Everything a workspace says: events, tables, the state of each account after a replay.
std::string told(journal::Workspace& workspace, const std::string& dir);

// Opens a workspace whose writer was stopped after `acknowledged` batches, with up to `sent` sent,
// and holds it against one that was told the same in peace: it stands after some batch in between,
// whole, and verifies. Says what differs; empty: nothing. `there`: how many batches it has.
std::string check_reopened(const std::string& dir, const Feed& feed, std::size_t acknowledged,
                           std::size_t sent, std::size_t& there);
// Sends the first batches again, all of them: each event is there once.
std::string check_resent(const std::string& dir, const Feed& feed, std::size_t batches,
                         std::size_t there);

// What rounds came across, to show that they go where it hurts.
struct Tally {
  std::uint64_t sessions = 0;
  std::uint64_t struck[6] = {};  // Faults that came, by Fault.
  std::uint64_t kept = 0;        // Sessions after which more was there than acknowledged,
  std::uint64_t lost = 0;        // or less than sent.
  std::uint64_t unopened = 0;    // Faults while the workspace was being opened.
};

// One round: sessions of a writer, each with a fault. Says what is wrong; empty: nothing.
std::string run_round(std::uint64_t seed, Tally& tally);
std::string replay_command(std::uint64_t seed);

}  // namespace pharos::crash
