// server/live.h: the workspace while it is served: one thread writes, ticks and answers questions.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/event.h"
#include "engine/fold.h"
#include "journal/workspace.h"
#include "server/metrics.h"
#include "server/problem.h"
#include "server/task.h"

namespace pharos::server {

struct LiveOptions {
  std::uint64_t queue_events_max = 262'144;
  Duration commit_time_max{60'000};
  std::function<Instant()> clock;  // The wall's. It may jump.
  // Called once, on the engine's thread, when a write failed: nothing is taken any more, and the
  // process has to end; a restart goes on from what was acknowledged.
  std::function<void(const Error&)> on_failure;
};

// Owns the workspace. Batches wait in a bounded queue; the thread appends all that wait, makes them
// durable together, and answers each. Timers fire within a second of their instant, also while
// nothing comes in; a tick is written only if a timer is due, or before the first batch of a
// second.
class Live {
 public:
  // `metrics` must outlive it, and so must the executors of those who wait.
  Live(std::unique_ptr<journal::Workspace> workspace, LiveOptions options, Metrics& metrics);
  ~Live();  // As stop().

  // Answers once the batch is durable. Problems: overloaded (the queue is full), unavailable
  // (stopping, failed, or it took too long: whether it was taken is then unknown, and it is to be
  // sent again with the same ids), too_large (more than a batch holds).
  Task<Answer<journal::Receipt>> submit(engine::EventBatch batch);

  bool has_room(std::uint64_t events);

  // Runs `question` on the engine's thread, between batches; it must be quick, and outlive nothing.
  using Question = std::function<void(const engine::Fold& fold)>;
  Task<Answer<>> ask(Question question);

  // Takes what waits, makes it durable, and ends the thread. Later calls are refused.
  void stop();

  const playbook::Playbook& playbook() const { return workspace_->playbook(); }
  int playbook_version() const { return workspace_->playbook_version(); }
  Instant now() const { return options_.clock(); }

 private:
  struct Ticket;
  struct Job {
    std::shared_ptr<Ticket> ticket;
    engine::EventBatch batch;
    Question question = {};
  };

  Answer<> push(Job job);
  Task<Answer<journal::Receipt>> wait(std::shared_ptr<Ticket> ticket);
  void run();
  std::vector<Job> next_jobs();
  Result<> take(std::vector<Job>& jobs);
  Result<> tick_if_due();
  Instant next_tick() const;
  void fail_all(const Error& error, std::vector<Job>& jobs);
  static void answer(const Job& job, Answer<journal::Receipt> result);

  std::unique_ptr<journal::Workspace> workspace_;
  const LiveOptions options_;
  Metrics& metrics_;

  // Of the thread alone.
  Instant tick_last_ = instant_min;
  bool is_end_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Job> waiting_;
  std::uint64_t waiting_events_ = 0;  // With those at hand.
  bool ending_ = false;
  bool failed_ = false;
  std::thread thread_;  // Last: it uses all the others.
};

}  // namespace pharos::server
