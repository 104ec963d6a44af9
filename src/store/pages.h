// store/pages.h: a SQLite file read page by page, without SQLite, for what is left of a damaged
// one. The format: https://sqlite.org/fileformat2.html
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace pharos::store {

struct Bytes {  // A blob.
  std::string bytes;
};
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string, Bytes>;

// What looks like a row. Nothing vouches for it: not its table, and not that it is a row of today.
struct FoundRow {
  std::uint32_t page = 0;  // Where its cell is.
  std::uint32_t at = 0;
  std::optional<std::int64_t> rowid;  // Of a table that has such.
  std::vector<Value> values;          // As many as could be read.
  bool is_whole = false;              // All of them.
};

class PageFile {
 public:
  // With the log beside it, as far as that is sound. Errors: io, not_found.
  static Result<PageFile> open(const std::string& path);
  PageFile(PageFile&& other) noexcept;
  PageFile& operator=(PageFile&& other) = delete;
  ~PageFile();

  // What the first hundred bytes say that a database of ours does not; also fields that SQLite
  // itself overlooks.
  std::vector<std::string> header_faults() const;
  // Every row that can be made out on a page of rows, in the order of the pages; or the error of
  // `take`. Damaged pages give what they still hold, and at times a row twice.
  Result<> each_row(const std::function<Result<>(FoundRow&&)>& take) const;
  // A row of a table with row ids again, by the place of its cell.
  std::optional<FoundRow> row_at(std::uint32_t page, std::uint32_t at) const;
  // Whether it has fewer pages than its header says.
  bool is_cut_short() const;

 private:
  explicit PageFile(int file) : file_(file) {}
  void read_size();
  void read_log(const std::string& path);
  bool read_page(std::uint32_t number, std::string& page) const;
  Result<> each_cell(std::uint32_t number, const std::string& page, int kind, std::size_t cells_max,
                     const std::function<Result<>(FoundRow&&)>& take) const;
  std::optional<FoundRow> read_cell(std::uint32_t number, const std::string& page, std::size_t at,
                                    int kind) const;
  bool append_overflow(std::uint32_t number, std::size_t size, std::string& payload) const;

  int file_ = -1;
  int log_ = -1;
  std::uint32_t page_bytes_ = 4'096;
  std::uint32_t page_count_ = 0;
  std::map<std::uint32_t, std::int64_t> logged_;  // Offsets in the log, by page.
};

}  // namespace pharos::store
