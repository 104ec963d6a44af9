// load/load.h: many clients at one server: who they are, and what they found.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/instant.h"
#include "load/memory.h"

namespace pharos::load {

struct Plan {
  std::uint16_t port = 0;
  std::chrono::milliseconds time{5'000};
  // Connections that are kept; each asks now and then, and every tenth time sends one event.
  std::uint32_t connections = 2'000;
  std::chrono::milliseconds pause{1'000};
  // Clients that send one batch behind the other.
  std::uint32_t writers = 8;
  std::uint32_t batch_events = 1'000;
  // Clients that read one behind the other.
  std::uint32_t readers = 50;
  std::chrono::milliseconds reader_pause{20};
  std::vector<std::string> read_paths = {"/healthz"};
  Instant start;  // Of the times of events; before now, so that none is in the future.
};

// How long requests of one kind took, and what came of them.
struct Figures {
  std::vector<double> milliseconds;
  std::map<int, std::uint64_t> failures;  // By status; 0: no answer.
  // By nearest rank.
  double percentile(double percent) const;
};

struct Outcome {
  Figures kept;     // Reads over the kept connections.
  Figures singles;  // One event each, over the same.
  Figures batches;
  Figures reads;                       // By the readers.
  std::uint32_t connections_open = 0;  // At the end, of those that were to be kept.
  double seconds = 0;
  std::vector<Memory> memories;  // By sender.
  std::string wrong;             // Answers that may not be; empty: none.
  std::uint64_t acknowledged() const;
};

Outcome run(const Plan& plan);
// For people; a table.
std::string told(const Plan& plan, const Outcome& outcome);

// Counts of an answer to POST /v1/events as "accepted duplicates rejected", or "?".
struct Counts {
  std::int64_t accepted = -1, duplicates = -1, rejected = -1;
};
Counts counts_in(const std::string& body);

}  // namespace pharos::load
