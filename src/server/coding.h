// server/coding.h: gzip and zstd, of bodies that come in pieces and of those that go out.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "server/problem.h"

namespace pharos::server {

// Unpacks one body. A few bytes may unpack to very many: `feed` stops once `into` has grown by
// `piece_bytes`, so the caller sees how much there is before it grows further.
class Decoder {
 public:
  static constexpr std::size_t piece_bytes = 64U << 10;
  virtual ~Decoder() = default;
  // Takes from the front of `packed` and appends to `into`. Problems: unsupported_encoding (the
  // bytes are not of that format).
  virtual Answer<> feed(std::string_view& packed, std::string& into) = 0;
  // Whether what was fed ends where the format says so; an end elsewhere is a cut body.
  virtual bool is_whole() const = 0;
};

// Of a Content-Encoding. Null: none ("", "identity"). Problems: unsupported_encoding.
Answer<std::unique_ptr<Decoder>> make_decoder(std::string_view content_encoding);

enum class Coding : std::uint8_t { none, gzip, zstd };
std::string_view name_of(Coding coding);
Coding choose_coding(std::string_view accept_encoding);
std::string packed(std::string_view body, Coding coding);

// Smaller bodies go out as they are.
inline constexpr std::size_t packed_bytes_min = 1'024;

}  // namespace pharos::server
