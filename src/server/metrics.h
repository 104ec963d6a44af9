// server/metrics.h: what is counted, and its text for Prometheus.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace pharos::server {

// Seconds in buckets. Any thread.
class Histogram {
 public:
  static constexpr std::array<double, 12> bounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                    0.1,   0.25,   0.5,   1,    2.5,   10};
  void add(double seconds);
  // Lines of `name` with `labels` ("operation=\"x\"," or empty).
  void write(std::string& out, std::string_view name, std::string_view labels) const;

 private:
  std::array<std::atomic<std::uint64_t>, bounds.size() + 1> counts_{};
  std::atomic<std::uint64_t> microseconds_{0};
};

// What becomes of an event that is sent here.
enum class Outcome : std::uint8_t { accepted, duplicate, rejected, ignored };
std::string_view name_of(Outcome outcome);

// Any thread.
class Metrics {
 public:
  void count_request(std::string_view operation, int status, double seconds);
  void count_events(Outcome outcome, std::uint64_t count) {
    events_[static_cast<std::size_t>(outcome)] += count;
  }
  std::uint64_t events(Outcome outcome) const { return events_[static_cast<std::size_t>(outcome)]; }

  std::atomic<std::int64_t> connections{0};
  std::atomic<std::uint64_t> connections_refused{0};
  std::atomic<std::int64_t> queued_events{0};
  std::atomic<std::uint64_t> commits{0}, batches{0}, ticks{0};
  std::atomic<bool> ready{false};
  Histogram commit_seconds;

  std::string text() const;

 private:
  std::array<std::atomic<std::uint64_t>, 4> events_{};
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Histogram> request_seconds_;
};

}  // namespace pharos::server
