// access/totp.cc: HMAC-SHA-1 by OpenSSL; libsodium leaves SHA-1 out.
#include "access/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "access/secret.h"
#include "base/error.h"

namespace pharos::access {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                          (byte >= 'A' && byte <= 'Z') || c == '-' || c == '.' || c == '_';
    out += is_plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

}  // namespace

std::int64_t totp_step(Instant now) {
  ASSERT(now.ms >= 0);
  return now.ms / totp_period.ms;
}

std::string totp_code(std::string_view secret, std::int64_t step, int digits) {
  ASSERT(digits >= 6 && digits <= 8);
  unsigned char counter[8];
  for (int i = 0; i < 8; ++i)
    counter[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const auto* const made = HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter,
                                sizeof counter, mac, &size);
  ASSERT(made != nullptr && size == 20);
  const unsigned at = mac[19] & 0xFU;  // RFC 4226, 5.3: dynamic truncation.
  const std::uint32_t word = (mac[at] & 0x7FU) << 24 |
                             static_cast<std::uint32_t>(mac[at + 1]) << 16 |
                             static_cast<std::uint32_t>(mac[at + 2]) << 8 | mac[at + 3];
  std::uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  return fmt::format("{:0{}}", word % modulus, digits);
}

std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code, Instant now,
                                       std::int64_t step_last) {
  std::optional<std::int64_t> matched;
  const std::int64_t present = totp_step(now);
  // All of them, so that the time it takes does not tell which.
  for (std::int64_t step = present - totp_drift; step <= present + totp_drift; ++step)
    if (is_same_secret(totp_code(secret, step), code) && step > step_last) matched = step;
  return matched;
}

std::string totp_address(std::string_view secret, std::string_view issuer, std::string_view email) {
  return fmt::format(
      "otpauth://totp/{0}:{1}?secret={2}&issuer={0}&algorithm=SHA1&digits=6&period=30",
      escaped(issuer), escaped(email), base32(secret));
}

}  // namespace pharos::access
