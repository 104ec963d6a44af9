// server/live.cc: the queue, the thread, and the way back to the coroutines that wait.
#include "server/live.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace pharos::server {
namespace {

namespace asio = boost::asio;

// While a timer is ahead the wall clock is looked at this often: it may be set, or have stood still
// while the machine slept.
constexpr std::chrono::milliseconds look_again{500};
// Batches in between are folded at the clock of the tick before them.
constexpr Duration tick_apart{1'000};
constexpr std::uint64_t round_events_max = 262'144;  // Of one commit.

Problem gone() {
  return {ProblemCode::unavailable,
          "the server stops; send it again, with the same ids, to the one that follows", 1};
}

}  // namespace

// Of the thread of its executor, but for its making.
struct Live::Ticket {
  explicit Ticket(const asio::any_io_executor& executor_in)
      : executor(executor_in), timer(executor_in) {}
  asio::any_io_executor executor;
  asio::steady_timer timer;
  std::optional<Answer<journal::Receipt>> result;
};

Live::Live(std::unique_ptr<journal::Workspace> workspace, LiveOptions options, Metrics& metrics)
    : workspace_(std::move(workspace)), options_(std::move(options)), metrics_(metrics) {
  const auto stats = workspace_->stats();
  if (stats) tick_last_ = stats->tick;
  thread_ = std::thread([this] { run(); });
}

Live::~Live() {
  stop();
}

void Live::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

Task<Answer<journal::Receipt>> Live::submit(engine::EventBatch batch) {
  if (batch.events.empty()) co_return journal::Receipt{};
  auto ticket = std::make_shared<Ticket>(co_await asio::this_coro::executor);
  if (auto pushed = push({ticket, std::move(batch)}); !pushed)
    co_return std::unexpected(pushed.error());
  co_return co_await wait(std::move(ticket));
}

Task<Answer<>> Live::ask(Question question) {
  auto ticket = std::make_shared<Ticket>(co_await asio::this_coro::executor);
  if (auto pushed = push({ticket, {}, std::move(question)}); !pushed)
    co_return std::unexpected(pushed.error());
  const Answer<journal::Receipt> done = co_await wait(std::move(ticket));
  if (!done) co_return std::unexpected(done.error());
  co_return Answer<>{};
}

Task<Answer<journal::Receipt>> Live::wait(std::shared_ptr<Ticket> ticket) {
  ticket->timer.expires_after(std::chrono::milliseconds(options_.commit_time_max.ms));
  if (!ticket->result) co_await ticket->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (ticket->result) co_return *std::move(ticket->result);
  co_return std::unexpected(
      Problem{ProblemCode::unavailable,
              "it takes too long; whether it was taken is not known: send it again, with the same "
              "ids",
              5});
}

Answer<> Live::push(Job job) {
  const std::uint64_t events = job.batch.events.size();
  const std::lock_guard lock(mutex_);
  if (ending_ || failed_) return std::unexpected(gone());
  if (events > 0 && waiting_events_ > 0 && waiting_events_ + events > options_.queue_events_max)
    return std::unexpected(Problem{
        ProblemCode::overloaded,
        fmt::format("{} events wait already; send it again in a second", waiting_events_), 1});
  waiting_events_ += events;
  metrics_.queued_events = static_cast<std::int64_t>(waiting_events_);
  waiting_.push_back(std::move(job));
  changed_.notify_all();
  return {};
}

bool Live::has_room(std::uint64_t events) {
  const std::lock_guard lock(mutex_);
  return waiting_events_ == 0 || waiting_events_ + events <= options_.queue_events_max;
}

void Live::answer(const Job& job, Answer<journal::Receipt> result) {
  asio::post(job.ticket->executor, [ticket = job.ticket, result = std::move(result)]() mutable {
    ticket->result = std::move(result);
    ticket->timer.cancel();
  });
}

void Live::run() {
  while (true) {
    std::vector<Job> jobs = next_jobs();
    if (jobs.empty() && is_end_) break;
    const Result<> done = jobs.empty() ? tick_if_due() : take(jobs);
    if (!done) return fail_all(done.error(), jobs);
  }
  // The next start is quicker for it; without it only time is lost.
  (void)workspace_->save_snapshot();
}

// What waits, at most a commit's worth; nothing: a timer may be due, or it is the end.
std::vector<Live::Job> Live::next_jobs() {
  const Instant next = next_tick();
  std::unique_lock lock(mutex_);
  const auto is_woken = [this] { return ending_ || !waiting_.empty(); };
  if (next == never) {
    changed_.wait(lock, is_woken);
  } else if (const Duration ahead = next - options_.clock(); ahead.ms > 0) {
    changed_.wait_for(lock, std::min(look_again, std::chrono::milliseconds(ahead.ms)), is_woken);
  }
  is_end_ = ending_;
  std::vector<Job> jobs;
  std::uint64_t events = 0;
  std::size_t count = 0;
  while (count < waiting_.size() && (events == 0 || events < round_events_max))
    events += waiting_[count++].batch.events.size();
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  jobs.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  return jobs;
}

// When a timer may be due that a tick has not fired yet; or never.
Instant Live::next_tick() const {
  const Instant timer = workspace_->fold().next_timer();
  return timer == never ? never : std::max(timer, tick_last_ + Duration{1});
}

Result<> Live::tick_if_due() {
  const Instant now = options_.clock();
  if (next_tick() > now) return {};
  TRY(workspace_->tick(now));
  TRY(workspace_->flush());
  tick_last_ = now;
  ++metrics_.ticks;
  return {};
}

Result<> Live::take(std::vector<Job>& jobs) {
  const auto start = Clock::now();
  std::vector<std::pair<const Job*, Answer<journal::Receipt>>> answers;
  std::uint64_t events = 0;
  for (Job& job : jobs) {
    if (job.question) continue;
    events += job.batch.events.size();
    // The clock never goes back here. Blocks that begin with a tick are not merged with others.
    const Instant now = options_.clock();
    if (now >= tick_last_ + tick_apart || next_tick() <= now) job.batch.tick = tick_last_ = now;
    Result<journal::Receipt> receipt = workspace_->append(std::move(job.batch));
    if (!receipt && receipt.error().code != ErrorCode::limit)
      return std::unexpected(receipt.error());
    ++metrics_.batches;
    if (receipt)
      answers.emplace_back(&job, *std::move(receipt));
    else
      answers.emplace_back(&job, std::unexpected(to_problem(receipt.error())));
  }
  if (!answers.empty()) {
    TRY(workspace_->flush());
    ++metrics_.commits;
    metrics_.commit_seconds.add(std::chrono::duration<double>(Clock::now() - start).count());
  }
  {
    const std::lock_guard lock(mutex_);
    waiting_events_ -= events;
    metrics_.queued_events = static_cast<std::int64_t>(waiting_events_);
  }
  for (auto& [job, result] : answers) answer(*job, std::move(result));
  for (const Job& job : jobs) {
    if (!job.question) continue;
    job.question(workspace_->fold());
    answer(job, journal::Receipt{});
  }
  return {};
}

// Whatever was not answered may or may not be in the journal: the client is told to send it again.
void Live::fail_all(const Error& error, std::vector<Job>& jobs) {
  metrics_.ready = false;
  {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    std::ranges::move(waiting_, std::back_inserter(jobs));
    waiting_.clear();
  }
  for (const Job& job : jobs) answer(job, std::unexpected(gone()));
  options_.on_failure(error);
}

}  // namespace pharos::server
