// server/taking.h: the events of one request on their way into the journal, and what became of
// each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/access.h"
#include "server/intake.h"
#include "server/live.h"
#include "server/router.h"
#include "server/settings.h"

namespace pharos::server {

// What handlers of events work with; all of it outlives every request.
struct Service {
  Access& access;
  Live& live;
  IntakePool& intakes;
  Metrics& metrics;
  Log& log;
  const Settings& settings;
};

struct Rejection {
  std::uint64_t index = 0;  // Into what the client sent, from 0.
  std::string code;
  std::string reason;
};

// Counts, and the first rejections.
struct Tally {
  static constexpr std::size_t listed_max = 1'000;
  std::uint64_t accepted = 0, duplicates = 0, rejected = 0, ignored = 0;
  std::vector<Rejection> rejections;  // At most listed_max; `rejected` counts all.
};

// JSON members: "accepted":1,"duplicates":0,... without braces.
std::string members_of(const Tally& tally);

// When an event is known already: its id with the same contents; or, as Segment has it, its id
// alone, for a client that corrects its clock may send another time when it sends again.
enum class Known : std::uint8_t { by_contents, by_id };

// One request's events. Of one coroutine.
class Taking {
 public:
  explicit Taking(Service& service, Known known = Known::by_contents);

  Intake& intake() { return *intake_; }
  // What an intake said of the event `index`: counted, or noted as a rejection.
  void note(std::uint64_t index, std::optional<ingest::Fault> fault);
  void reject(std::uint64_t index, std::string_view code, std::string_view reason);
  void ignore() { ++tally_.ignored; }

  // A batch is full: flush before more is added.
  bool is_full() const;
  // Makes what was added durable. `patient`: a full queue is waited for, as for a stream of which a
  // part is taken already. Problems: those of Live::submit().
  Task<Answer<>> flush(bool patient);
  const Tally& tally() const { return tally_; }
  // To be called at the end, whatever it is.
  void count();

 private:
  void land(const journal::Receipt& receipt, const std::vector<bool>& has_own_time);

  Service& service_;
  IntakePool::Lease intake_;
  const Known known_;
  std::vector<std::uint64_t> indexes_;  // Beside the events of the intake.
  Tally tally_;
};

}  // namespace pharos::server
