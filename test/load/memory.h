// load/memory.h: what was sent, what was acknowledged, and whether a workspace agrees.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.h"

namespace pharos::load {

// Events are a pure function of sender and number, so each can be sent again and known again.
struct EventId {
  std::uint32_t sender = 0;
  std::uint64_t number = 0;
};
std::string json_of(EventId id, Instant start);
// As `pharos export DIR events` writes it, up to the time.
std::string exported(EventId id, Instant start);

// The memory of one sender. Numbers go up; those of a batch are acknowledged together.
class Memory {
 public:
  void note_sent(std::uint64_t first, std::uint64_t count);
  void note_acknowledged(std::uint64_t first, std::uint64_t count);
  std::uint64_t acknowledged_count() const { return acknowledged_count_; }

 private:
  friend std::string compare(const std::string&, const std::vector<Memory>&, Instant);
  enum class State : std::uint8_t { unknown, sent, acknowledged };
  std::vector<State> states_;  // By number.
  std::uint64_t acknowledged_count_ = 0;
};

// Holds an export of all events against the memories: everything acknowledged is there, once,
// nothing is there that was never sent, and each is as it was sent. Says what differs; empty:
// nothing.
std::string compare(const std::string& export_path, const std::vector<Memory>& memories,
                    Instant start);

}  // namespace pharos::load
