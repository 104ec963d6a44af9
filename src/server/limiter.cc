// server/limiter.cc: buckets of tokens.
#include "server/limiter.h"

#include <algorithm>
#include <cmath>

namespace pharos::server {

double Limiter::tokens_at(const Bucket& bucket, Clock::time_point now) const {
  const double passed = std::chrono::duration<double>(now - bucket.at).count();
  return std::min(burst_, bucket.tokens + std::max(0.0, passed) * per_second_);
}

void Limiter::forget_full(Clock::time_point now) {
  std::erase_if(buckets_,
                [&](const auto& entry) { return tokens_at(entry.second, now) >= burst_; });
}

int Limiter::take(std::string_view caller, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  auto found = buckets_.find(std::string(caller));
  if (found == buckets_.end()) {
    if (buckets_.size() >= callers_max) forget_full(now);
    const std::string name(buckets_.size() >= callers_max ? std::string_view() : caller);
    found = buckets_.try_emplace(name, Bucket{burst_, now}).first;
  }
  Bucket& bucket = found->second;
  bucket.tokens = tokens_at(bucket, now);
  bucket.at = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return 0;
  }
  return std::max(1, static_cast<int>(std::ceil((1 - bucket.tokens) / per_second_)));
}

}  // namespace pharos::server
