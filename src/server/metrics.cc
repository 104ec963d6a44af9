// server/metrics.cc: counters to lines.
#include "server/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace pharos::server {
namespace {

constexpr std::array<std::string_view, 4> outcome_names = {"accepted", "duplicate", "rejected",
                                                           "ignored"};

template <class... Args>
void put(std::string& out, fmt::format_string<Args...> text, Args&&... args) {
  fmt::format_to(std::back_inserter(out), text, std::forward<Args>(args)...);
}

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  put(out, "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

template <class Number>
void single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            const Number& number) {
  head(out, name, type, help);
  put(out, "{} {}\n", name, static_cast<std::int64_t>(number.load()));
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  return outcome_names[static_cast<std::size_t>(outcome)];
}

void Histogram::add(double seconds) {
  const auto at = std::ranges::lower_bound(bounds, seconds) - bounds.begin();
  ++counts_[static_cast<std::size_t>(at)];
  microseconds_ += static_cast<std::uint64_t>(std::max(0.0, seconds) * 1e6);
}

void Histogram::write(std::string& out, std::string_view name, std::string_view labels) const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    sum += counts_[i];
    put(out, "{}_bucket{{{}le=\"{}\"}} {}\n", name, labels,
        i < bounds.size() ? fmt::format("{}", bounds[i]) : "+Inf", sum);
  }
  const std::string_view inside = labels.substr(0, labels.empty() ? 0 : labels.size() - 1);
  const std::string braces = inside.empty() ? std::string() : fmt::format("{{{}}}", inside);
  put(out, "{}_sum{} {}\n{}_count{} {}\n", name, braces,
      static_cast<double>(microseconds_.load()) / 1e6, name, braces, sum);
}

void Metrics::count_request(std::string_view operation, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(operation), status}];
  request_seconds_[std::string(operation)].add(seconds);
}

std::string Metrics::text() const {
  std::string out;
  single(out, "pharos_ready", "gauge", "1 once events are taken.", ready);
  single(out, "pharos_connections", "gauge", "Open connections.", connections);
  single(out, "pharos_connections_refused_total", "counter", "Connections past the limit.",
         connections_refused);
  single(out, "pharos_queue_events", "gauge", "Events that wait for the engine.", queued_events);
  single(out, "pharos_batches_total", "counter", "Batches that the engine took.", batches);
  single(out, "pharos_commits_total", "counter", "Commits, each for the batches that waited.",
         commits);
  single(out, "pharos_ticks_total", "counter", "Ticks of the clock that fired timers.", ticks);
  head(out, "pharos_events_total", "counter", "Events by what became of them.");
  for (std::size_t i = 0; i < events_.size(); ++i)
    put(out, "pharos_events_total{{outcome=\"{}\"}} {}\n", outcome_names[i], events_[i].load());
  head(out, "pharos_commit_seconds", "histogram", "From the first batch of a commit to its end.");
  commit_seconds.write(out, "pharos_commit_seconds", "");
  const std::lock_guard lock(mutex_);
  head(out, "pharos_http_requests_total", "counter", "Requests by operation and status.");
  for (const auto& [key, count] : requests_)
    put(out, "pharos_http_requests_total{{operation=\"{}\",status=\"{}\"}} {}\n", key.first,
        key.second, count);
  head(out, "pharos_http_request_seconds", "histogram",
       "From the head of a request to its answer.");
  for (const auto& [operation, histogram] : request_seconds_)
    histogram.write(out, "pharos_http_request_seconds",
                    fmt::format("operation=\"{}\",", operation));
  return out;
}

}  // namespace pharos::server
