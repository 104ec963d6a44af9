// ingest/csv.h: records of RFC 4180: quoted fields, doubled quotes, line ends inside quotes.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/row.h"

namespace pharos::ingest {

// One past the end of the last whole record of `bytes` (its line feed included); 0 if there is
// none. A record that does not end within row_bytes_max, or whose quote is not closed by the end
// (if `last`), is taken for a fault of its first line alone: the next line begins a record again.
std::size_t csv_cut(std::string_view bytes, char delimiter, bool last);

// Reads the records of a piece that csv_cut() made. The same rules, so both see the same records.
class CsvReader {
 public:
  CsvReader(std::string_view bytes, char delimiter) : bytes_(bytes), delimiter_(delimiter) {}

  // The next record's fields, or false at the end. Empty lines are passed over. Texts with doubled
  // quotes are built aside and live until the next call.
  bool next();
  const std::vector<std::string_view>& fields() const { return fields_; }
  std::string_view record() const { return record_; }  // Raw, without its line end.
  std::uint64_t line() const { return line_; }         // Of the record's start, from 0.
  std::uint64_t lines_read() const { return lines_next_; }
  std::size_t position() const { return at_; }  // Behind the record.
  const std::optional<Fault>& fault() const { return fault_; }

 private:
  void read_record();
  std::size_t read_quoted(std::size_t at);
  void end_record(std::size_t end, std::size_t next);
  void end_first_line();

  std::string_view bytes_;
  char delimiter_;
  std::size_t at_ = 0;
  std::vector<std::string_view> fields_;
  std::deque<std::string> built_;  // Unescaped texts of this record; must not move.
  std::size_t built_count_ = 0;
  std::string_view record_;
  std::uint64_t line_ = 0;
  std::uint64_t lines_next_ = 0;
  std::size_t record_start_ = 0;
  std::optional<Fault> fault_;
};

}  // namespace pharos::ingest
