// access/password.h: passwords as Argon2id keeps them, and which ones are refused.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace pharos::access {

// What one guess costs. It stands in each hash, so older hashes go on to be read, and are made anew
// at the next sign-in when the cost has risen.
struct PasswordCost {
  std::uint64_t memory_kib = 65'536;
  std::uint32_t passes = 3;
  bool operator==(const PasswordCost&) const = default;
};
// The least that Argon2id takes; for tests.
inline constexpr PasswordCost password_cost_least{.memory_kib = 8, .passes = 1};

// "$argon2id$v=19$m=65536,t=3,p=1$SALT$HASH", with a salt of its own. The password is taken byte by
// byte as it was typed: nothing is normalised, folded or cut. Errors: limit (no memory).
Result<std::string> hash_password(std::string_view password, const PasswordCost& cost);
bool is_password(std::string_view hash, std::string_view password);
bool is_outdated(std::string_view hash, const PasswordCost& cost);

inline constexpr std::size_t password_length_min = 12;  // Characters (code points).
inline constexpr std::size_t password_length_max = 128;

// Any characters in any composition. Errors: invalid (too short, too long, no UTF-8, one of the
// passwords that are tried first, or made of `own` words: the e-mail, the name).
Result<> check_password(std::string_view password, std::span<const std::string> own);

}  // namespace pharos::access
