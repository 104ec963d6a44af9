// access/throttle.h: how often somebody may try to sign in: token buckets over given times.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace pharos::access {

// Full it allows `burst` tries at once; one comes back each `interval`.
struct Limit {
  std::int64_t burst = 1;
  Duration interval = minute;
};

struct ThrottleLimits {
  Limit pair{10, minute};          // One account from one address.
  Limit account{20, 5 * minute};   // One account from addresses it was never entered from.
  Limit address{30, 10 * second};  // All accounts from one address.
  std::size_t buckets_max = 100'000;
};

struct Attempt {
  std::string_view account;  // As typed, folded; there need be no such account.
  std::string_view address = {};
  // The account signed in from there not long ago: others who guess do not lock its owner out.
  bool is_known_address = false;
};

// In memory: a restart forgets, which gives a guesser one burst more. Not thread-safe. When it is
// full, the bucket that is nearest to being full of tokens makes room.
class Throttle {
 public:
  explicit Throttle(const ThrottleLimits& limits = {}) : limits_(limits) {}

  // Takes a token from each bucket that the attempt falls into, or from none. The instant at which
  // it may be tried again; `now` if it may be tried now.
  Instant charge(const Attempt& attempt, Instant now);
  // After a success: the tries of this account from this address were its owner's.
  void forget(const Attempt& attempt);
  std::size_t bucket_count() const { return full_at_.size(); }

 private:
  Instant free_at(const std::string& key, const Limit& limit, Instant now) const;
  void take(const std::string& key, const Limit& limit, Instant now);
  void make_room(Instant now);

  ThrottleLimits limits_;
  std::map<std::string, Instant> full_at_;  // When each bucket is full again; absent: it is.
};

// What counts as one address: IPv6 by its first 64 bits, of which a single line has all the rest.
std::string address_group(std::string_view address);

}  // namespace pharos::access
