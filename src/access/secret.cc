// access/secret.cc: on libsodium.
#include "access/secret.h"

#include <sodium.h>

#include "base/error.h"

namespace pharos::access {
namespace {

void begin() {
  static const bool is_ready = sodium_init() >= 0;
  ASSERT(is_ready);
}

// Groups of `bits` of the bytes, from the top, as characters of an alphabet.
std::string encoded(std::string_view bytes, unsigned bits, std::string_view alphabet) {
  std::string text;
  std::uint32_t pending = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    pending = pending << 8 | static_cast<unsigned char>(c);
    count += 8;
    while (count >= bits) {
      count -= bits;
      text += alphabet[pending >> count & ((1U << bits) - 1)];
    }
  }
  if (count > 0) text += alphabet[pending << (bits - count) & ((1U << bits) - 1)];
  return text;
}

}  // namespace

Sum sha256(std::string_view bytes) {
  Sum sum;
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(sum.data()),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return sum;
}

store::Blob blob_of(const Sum& sum) {
  return {sum.data(), sum.size()};
}

std::string hex_of(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned>(byte));
  return text;
}

std::string random_bytes(std::size_t count) {
  begin();
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), count);
  return bytes;
}

std::string base64url(std::string_view bytes) {
  return encoded(bytes, 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}

std::string base32(std::string_view bytes) {
  return encoded(bytes, 5, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
}

std::string make_token() {
  return base64url(random_bytes(token_bytes));
}

bool is_same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace pharos::access
