// ingest/join.h: a whole CSV file in memory, its rows found by key.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/diagnostic.h"
#include "base/error.h"
#include "ingest/map.h"
#include "ingest/row.h"

namespace pharos::ingest {

inline constexpr std::size_t join_bytes_max = 1U << 30;  // All joined files of an import together.

// Appends one part of a key, so that no two lists of parts give the same key.
void append_key_part(std::string& key, std::string_view part);

class JoinTable {
 public:
  static constexpr std::uint32_t no_row = ~0U;

  const std::vector<std::string>& header() const { return header_; }
  // The first row with that key; and the next one, in the order of the file.
  std::uint32_t find(const std::string& key) const;
  std::uint32_t next(std::uint32_t row) const { return next_[row]; }
  std::string_view cell(std::uint32_t row, std::size_t column) const;
  std::size_t bytes() const;
  // A key that stands twice: empty, or "'k' in lines 3 and 9".
  const std::string& repeated() const { return repeated_; }

 private:
  friend class JoinTables;
  Result<> load(const std::string& path, char delimiter, std::size_t bytes_left);
  Result<> index(const std::vector<std::size_t>& columns);

  std::vector<std::string> header_;
  std::string text_;
  std::vector<std::uint64_t> ends_;  // Of every cell in `text_`.
  std::vector<std::uint64_t> lines_;
  std::unordered_map<std::string, std::uint32_t> first_;
  std::vector<std::uint32_t> next_;
  std::string repeated_;
};

// The tables of one import: files that are joined in the same way are loaded once.
class JoinTables {
 public:
  // What does not fit the file is a diagnostic at its place in the map (and then null).
  // Errors: io, limit, invalid.
  Result<const JoinTable*> get(const JoinMap& join, const std::string& path,
                               Diagnostics& diagnostics);

 private:
  std::map<std::string, std::unique_ptr<JoinTable>> tables_;
  std::size_t bytes_ = 0;
};

}  // namespace pharos::ingest
