// access/totp.h: pure: one-time codes by time (RFC 6238), as authenticator apps make them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace pharos::access {

inline constexpr std::size_t totp_secret_bytes = 20;
inline constexpr Duration totp_period = 30 * second;
inline constexpr std::int64_t totp_drift = 1;  // Periods that a clock may be off, either way.

std::int64_t totp_step(Instant now);
// HMAC-SHA-1 over the number of the period: the one kind that every app knows. `digits` at most 8.
std::string totp_code(std::string_view secret, std::int64_t step, int digits = 6);

// The period of a code that holds now and lies after `step_last`: keep it, so that no code is taken
// twice. None: the code is wrong, old or used.
std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code, Instant now,
                                       std::int64_t step_last);

// otpauth://totp/... for a QR code; label and issuer are escaped.
std::string totp_address(std::string_view secret, std::string_view issuer, std::string_view email);

}  // namespace pharos::access
