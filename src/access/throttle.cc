// access/throttle.cc: a bucket is one instant (the generic cell rate algorithm).
#include "access/throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "access/secret.h"

namespace pharos::access {
namespace {

struct Keys {
  std::string pair, account, address;
};

// Sums: what is typed may be long, and no two keys run into each other.
std::string key_of(char kind, std::string_view a, std::string_view b) {
  const Sum sum = sha256(fmt::format("{}{}:{}{}", kind, a.size(), a, b));
  return std::string(reinterpret_cast<const char*>(sum.data()), 16);
}

Keys keys_of(const Attempt& attempt) {
  const std::string address = address_group(attempt.address);
  return {key_of('p', attempt.account, address), key_of('a', attempt.account, ""),
          key_of('i', address, "")};
}

}  // namespace

std::string address_group(std::string_view address) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, std::string(address).c_str(), bytes.data()) != 1)
    return std::string(address);
  constexpr unsigned char mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(std::begin(mapped), std::end(mapped), bytes.begin()))
    return fmt::format("{}.{}.{}.{}", bytes[12], bytes[13], bytes[14], bytes[15]);
  std::string group;
  for (std::size_t i = 0; i < 8; ++i) group += fmt::format("{:02x}", bytes[i]);
  return group + "::/64";
}

// Tokens that are missing are time until the bucket is full; one more may be missing at most up to
// `burst` of them.
Instant Throttle::free_at(const std::string& key, const Limit& limit, Instant now) const {
  const auto at = full_at_.find(key);
  if (at == full_at_.end()) return now;
  return std::max(now, at->second - (limit.burst - 1) * limit.interval);
}

void Throttle::take(const std::string& key, const Limit& limit, Instant now) {
  const auto at = full_at_.find(key);
  if (at != full_at_.end()) {
    at->second = std::max(at->second, now) + limit.interval;
    return;
  }
  make_room(now);
  full_at_[key] = now + limit.interval;
}

void Throttle::make_room(Instant now) {
  if (full_at_.size() < limits_.buckets_max) return;
  std::erase_if(full_at_, [&](const auto& bucket) { return bucket.second <= now; });
  while (full_at_.size() >= limits_.buckets_max)
    full_at_.erase(
        std::ranges::min_element(full_at_, {}, [](const auto& bucket) { return bucket.second; }));
}

Instant Throttle::charge(const Attempt& attempt, Instant now) {
  const Keys keys = keys_of(attempt);
  Instant free =
      std::max(free_at(keys.pair, limits_.pair, now), free_at(keys.address, limits_.address, now));
  if (!attempt.is_known_address) free = std::max(free, free_at(keys.account, limits_.account, now));
  if (free > now) return free;
  take(keys.pair, limits_.pair, now);
  take(keys.address, limits_.address, now);
  if (!attempt.is_known_address) take(keys.account, limits_.account, now);
  return now;
}

void Throttle::forget(const Attempt& attempt) {
  full_at_.erase(keys_of(attempt).pair);
}

}  // namespace pharos::access
