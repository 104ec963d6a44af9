// journal/column_writer.h: lists of integers, doubles and texts into few bytes. Layout:
// docs/journal.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "journal/packing.h"

struct ZSTD_CCtx_s;

namespace pharos::journal {

// The forms of a list; the first byte of each. Kept numbers: they are in files.
enum class IntegerForm : std::uint8_t { constant, packed, delta, table, planes };
enum class DoubleForm : std::uint8_t { raw, decimal };
enum class TextForm : std::uint8_t { plain, table, number, hex, uuid };
enum class FrameForm : std::uint8_t { raw, zstd };

inline constexpr std::size_t table_values_max = 256;
inline constexpr std::size_t number_prefix_bytes_max = 236;  // With its digits an id fits 256.
inline constexpr int decimal_digits_max = 4;
// Zstandard spends at least 4 bytes on 128 KiB; a frame that claims more than this is not one.
inline constexpr std::uint64_t zstd_ratio_max = 32'768;

// Ids hardly repeat, so nobody looks for repetitions among them.
enum class TextUse : std::uint8_t { id, value };

// How much a list is worth: quick leaves out Zstandard and byte planes, which cost more than all
// else where lists are short; live batches are written so, and merged later.
enum class Effort : std::uint8_t { quick, full };

// Appends lists to bytes; the count of a list is for the reader to know. Reusable, not thread-safe.
class ColumnWriter {
 public:
  ColumnWriter();
  ~ColumnWriter();
  void set_effort(Effort effort) { effort_ = effort; }

  void integers(std::span<const std::int64_t> values, std::string& out);
  void doubles(std::span<const double> values, std::string& out);
  void texts(std::span<const std::string_view> values, TextUse use, std::string& out);
  // Bytes as they are or compressed, whichever is shorter, behind their sizes.
  void frame(std::string_view bytes, std::string& out);

 private:
  void direct(std::span<const std::int64_t> values, const Ranges& ranges, std::string& out);
  bool try_table(std::span<const std::int64_t> values, std::string& out);
  bool planes_may_pay(int width, std::size_t bytes) const;
  void try_planes(std::string_view head, int width);
  void frame(std::string_view bytes, bool squeeze, std::string& out);
  bool as_text_table(std::span<const std::string_view> values, std::string& out);
  bool as_numbers(std::span<const std::string_view> values, std::string& out);
  void as_plain(std::span<const std::string_view> values, std::string& out);

  struct Freed {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, Freed> zstd_;
  Effort effort_ = Effort::full;
  std::vector<std::uint64_t> offsets_;
  Ranges ranges_, delta_ranges_;
  std::vector<Range<std::uint64_t>> cut_ranges_;
  std::vector<std::int64_t> deltas_, decimals_;
  std::string best_, bytes_, squeezed_;
};

}  // namespace pharos::journal
