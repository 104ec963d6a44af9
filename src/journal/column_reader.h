// journal/column_reader.h: what column_writer.h wrote, back. Whatever the bytes are, it stays
// within its bounds and its memory, and says no. Layout: docs/journal.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event.h"
#include "journal/bytes.h"

struct ZSTD_DCtx_s;

namespace pharos::journal {

// Fills exactly the list that it is given, and says whether the bytes were those of such a list.
// Reusable, not thread-safe.
class ColumnReader {
 public:
  ColumnReader();
  ~ColumnReader();

  [[nodiscard]] bool integers(ByteReader& in, std::span<std::int64_t> values);
  [[nodiscard]] bool doubles(ByteReader& in, std::span<double> values);
  // Appends to `text`, each different one of a table once.
  [[nodiscard]] bool texts(ByteReader& in, std::string& text, std::span<engine::TextRef> values);

 private:
  // The bytes of a frame; into `scratch` if they were compressed.
  [[nodiscard]] bool frame(ByteReader& in, std::string& scratch, std::string_view& bytes);
  [[nodiscard]] bool direct(std::uint8_t form, ByteReader& in, std::span<std::int64_t> values);
  [[nodiscard]] bool plain(ByteReader& in, std::string& text, std::span<engine::TextRef> values);
  [[nodiscard]] bool table(ByteReader& in, std::string& text, std::span<engine::TextRef> values,
                           int depth);
  [[nodiscard]] bool numbers(ByteReader& in, std::string& text, std::span<engine::TextRef> values);
  [[nodiscard]] bool hex(ByteReader& in, std::size_t size, bool uuid, std::string& text,
                         std::span<engine::TextRef> values);
  [[nodiscard]] bool texts_at(ByteReader& in, std::string& text, std::span<engine::TextRef> values,
                              int depth);

  struct Freed {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_DCtx_s, Freed> zstd_;
  std::string scratch_;
  std::vector<std::int64_t> indexes_, numbers_;
  std::vector<engine::TextRef> refs_;
};

}  // namespace pharos::journal
