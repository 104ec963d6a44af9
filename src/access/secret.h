// access/secret.h: random secrets, their sums for the database, and comparison in constant time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "store/database.h"

namespace pharos::access {

inline constexpr std::size_t token_bytes = 32;  // 256 bits.

// What is kept of a secret. A token has so many random bits that no slow hash is needed.
using Sum = std::array<std::byte, 32>;
Sum sha256(std::string_view bytes);
store::Blob blob_of(const Sum& sum);
std::string hex_of(std::span<const std::byte> bytes);

std::string random_bytes(std::size_t count);    // From the system's generator.
std::string base64url(std::string_view bytes);  // Without padding.
std::string base32(std::string_view bytes);     // RFC 4648, capitals, without padding.
std::string make_token();                       // 43 characters of base64url.
bool is_same_secret(std::string_view a, std::string_view b);  // The length is no secret.

}  // namespace pharos::access
