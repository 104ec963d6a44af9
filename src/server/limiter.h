// server/limiter.h: how often one caller may ask.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "server/message.h"

namespace pharos::server {

// A bucket of tokens a caller, refilled steadily: bursts up to `burst`, `per_second` over time.
// Any thread. Callers whose bucket is full again are forgotten; past `callers_max` at once, new
// ones share a single bucket.
class Limiter {
 public:
  static constexpr std::size_t callers_max = 100'000;
  Limiter(double per_second, double burst) : per_second_(per_second), burst_(burst) {}

  // 0: go on. Else: the whole seconds after which there is a token again.
  int take(std::string_view caller, Clock::time_point now);

 private:
  struct Bucket {
    double tokens = 0;
    Clock::time_point at;
  };
  double tokens_at(const Bucket& bucket, Clock::time_point now) const;
  void forget_full(Clock::time_point now);

  const double per_second_, burst_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace pharos::server
