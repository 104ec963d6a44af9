// ingest/emit.cc: a bounded queue between the thread that decodes and the one that takes.
#include "ingest/emit.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace pharos::ingest {
namespace {

constexpr std::size_t queued_batches_max = 2;
constexpr std::size_t batch_text_bytes = 32U << 20;  // A batch is closed once it holds as much.
static_assert(batch_text_bytes < engine::batch_text_bytes_max / 2);

// One producer, one consumer. A full queue makes the producer wait.
class BatchQueue {
 public:
  // False once the consumer has gone.
  bool push(engine::EventBatch batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || batches_.size() < queued_batches_max; });
    if (stopped_) return false;
    batches_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }
  void finish(Result<> result) {
    const std::lock_guard lock(mutex_);
    result_ = std::move(result);
    changed_.notify_all();
  }
  // None at the end; then result() says how it ended.
  std::optional<engine::EventBatch> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return result_ || !batches_.empty(); });
    if (batches_.empty()) return std::nullopt;
    engine::EventBatch batch = std::move(batches_.front());
    batches_.pop_front();
    changed_.notify_all();
    return batch;
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  const Result<>& result() const { return *result_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<engine::EventBatch> batches_;
  std::optional<Result<>> result_;
  bool stopped_ = false;
};

Result<> produce(Merge& merge, const RecordFormat& format, BatchQueue& queue) {
  RecordReader reader(format);
  engine::EventBatch batch;
  bool links = true;
  while (const char* record = TRY(merge.next())) {
    const bool is_full = batch.events.size() == engine::batch_events_max ||
                         batch.text.size() >= batch_text_bytes ||
                         is_link(record_key(record)) != links;
    if (is_full && !batch.events.empty()) {
      engine::EventBatch next;
      next.events.reserve(batch.events.size());
      next.cells.reserve(batch.cells.size());
      next.text.reserve(batch.text.size());
      if (!queue.push(std::move(batch))) return {};
      batch = std::move(next);
      reader.begin_batch();
    }
    links = is_link(record_key(record));
    reader.read(record, batch);
  }
  if (!batch.events.empty()) queue.push(std::move(batch));
  return {};
}

}  // namespace

Result<> emit(Merge merge, const RecordFormat& format, std::uint64_t total,
              const ImportCallbacks& callbacks) {
  BatchQueue queue;
  std::thread producer([&] { queue.finish(produce(merge, format, queue)); });
  Result<> result;
  std::uint64_t done = 0;
  while (std::optional<engine::EventBatch> batch = queue.pop()) {
    done += batch->events.size();
    result = callbacks.sink(std::move(*batch));
    if (!result) break;
    if (callbacks.progress) callbacks.progress(ImportPhase::emitting, done, total);
  }
  queue.stop();
  producer.join();
  return result ? queue.result() : result;
}

}  // namespace pharos::ingest
