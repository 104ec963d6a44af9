// access/password.cc: Argon2id by libsodium.
#include "access/password.h"

#include <sodium.h>

#include "access/common_words.h"
#include "base/text.h"

namespace pharos::access {

Result<std::string> hash_password(std::string_view password, const PasswordCost& cost) {
  ASSERT(sodium_init() >= 0);
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(hash, password.data(), password.size(), cost.passes,
                            cost.memory_kib * 1'024, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(ErrorCode::limit,
                "a password takes {} KiB of memory to hash, and there is not so much; lower the "
                "cost of passwords, or give the process more",
                cost.memory_kib);
  return std::string(hash);
}

bool is_password(std::string_view hash, std::string_view password) {
  ASSERT(sodium_init() >= 0);
  if (!hash.starts_with("$argon2id$") || hash.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(std::string(hash).c_str(), password.data(), password.size()) == 0;
}

bool is_outdated(std::string_view hash, const PasswordCost& cost) {
  if (hash.size() >= crypto_pwhash_STRBYTES) return true;
  return crypto_pwhash_str_needs_rehash(std::string(hash).c_str(), cost.passes,
                                        cost.memory_kib * 1'024) != 0;
}

Result<> check_password(std::string_view password, std::span<const std::string> own) {
  if (!is_utf8(password)) return fail(ErrorCode::invalid, "the password is not UTF-8");
  const std::size_t length = count_code_points(password);
  if (length < password_length_min)
    return fail(ErrorCode::invalid, "the password has {} characters; take {} or more", length,
                password_length_min);
  if (length > password_length_max)
    return fail(ErrorCode::invalid, "the password has {} characters; take at most {}", length,
                password_length_max);
  if (is_common(password, own))
    return fail(ErrorCode::invalid,
                "the password is one of those that are tried first; take several words that have "
                "nothing to do with each other");
  return {};
}

}  // namespace pharos::access
