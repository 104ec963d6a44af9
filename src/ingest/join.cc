// ingest/join.cc: loading joined files.
#include "ingest/join.h"

#include <algorithm>

#include "base/text.h"
#include "ingest/csv.h"
#include "ingest/input.h"
#include "ingest/json.h"

namespace pharos::ingest {

void append_key_part(std::string& key, std::string_view part) {
  const auto size = static_cast<std::uint32_t>(part.size());
  key.append(reinterpret_cast<const char*>(&size), sizeof size);
  key += part;
}

std::uint32_t JoinTable::find(const std::string& key) const {
  const auto found = first_.find(key);
  return found == first_.end() ? no_row : found->second;
}

std::string_view JoinTable::cell(std::uint32_t row, std::size_t column) const {
  const std::size_t at = row * header_.size() + column;
  const std::size_t first = at == 0 ? 0 : ends_[at - 1];
  return std::string_view(text_).substr(first, ends_[at] - first);
}

std::size_t JoinTable::bytes() const {
  return text_.size() + ends_.size() * sizeof(ends_[0]) + lines_.size() * 64;
}

Result<> JoinTable::load(const std::string& path, char delimiter, std::size_t bytes_left) {
  Chunker chunker = TRY(Chunker::open(path, Format::csv, delimiter));
  std::uint64_t line_base = 0;
  std::unique_ptr<char[]> spare;
  while (true) {
    Chunk chunk = TRY(chunker.next(std::move(spare)));
    if (chunk.size == 0) break;
    if (!is_utf8_fast(chunk.bytes()))
      return fail(ErrorCode::invalid, "{}: is not UTF-8; a joined file must be read whole", path);
    CsvReader reader(chunk.bytes(), delimiter);
    while (reader.next()) {
      const std::uint64_t line = line_base + reader.line() + 1;
      if (reader.fault())
        return fail(ErrorCode::invalid, "{}:{}: {}; a joined file must be read whole", path, line,
                    reader.fault()->reason);
      if (header_.empty()) {
        for (const std::string_view name : reader.fields()) header_.emplace_back(trimmed(name));
        continue;
      }
      if (reader.fields().size() != header_.size())
        return fail(ErrorCode::invalid, "{}:{}: the row has {} fields; the header has {}", path,
                    line, reader.fields().size(), header_.size());
      for (const std::string_view field : reader.fields()) {
        text_ += field;
        ends_.push_back(text_.size());
      }
      lines_.push_back(line);
    }
    line_base += reader.lines_read();
    spare = std::move(chunk.memory);
    if (bytes() > bytes_left || lines_.size() >= no_row)
      return fail(ErrorCode::limit,
                  "{}: joined files take more than {} MiB in memory; join the smaller file", path,
                  join_bytes_max >> 20);
  }
  if (header_.empty())
    return fail(ErrorCode::invalid, "{}: is empty; its first line must name the columns", path);
  return {};
}

Result<> JoinTable::index(const std::vector<std::size_t>& columns) {
  next_.assign(lines_.size(), no_row);
  std::unordered_map<std::string, std::uint32_t> last;
  std::string key;
  for (std::uint32_t row = 0; row < lines_.size(); ++row) {
    key.clear();
    bool empty = false;
    for (const std::size_t column : columns) {
      append_key_part(key, cell(row, column));
      empty = empty || cell(row, column).empty();
    }
    if (empty) continue;
    const auto [found, is_new] = first_.try_emplace(key, row);
    if (!is_new) {
      if (repeated_.empty())
        repeated_ = fmt::format("{} stands in lines {} and {}", quoted(cell(row, columns[0])),
                                lines_[found->second], lines_[row]);
      next_[last[key]] = row;
    }
    last[key] = row;
  }
  return {};
}

Result<const JoinTable*> JoinTables::get(const JoinMap& join, const std::string& path,
                                         Diagnostics& diagnostics) {
  std::string key = path;
  for (const auto& [ours, theirs] : join.on) append_key_part(key, theirs.text);
  if (const auto found = tables_.find(key); found != tables_.end()) return found->second.get();

  auto table = std::make_unique<JoinTable>();
  const char delimiter = path.find(".tsv") == std::string::npos ? ',' : '\t';
  TRY(table->load(path, delimiter, join_bytes_max - bytes_));
  std::vector<std::size_t> columns;
  for (const auto& [ours, theirs] : join.on) {
    const auto found = std::ranges::find(table->header(), theirs.text);
    if (found == table->header().end())
      diagnostics.push_back({Severity::error, theirs.place,
                             fmt::format("{} is not a column of {}", quoted(theirs.text), path),
                             did_you_mean(theirs.text, table->header())});
    else
      columns.push_back(static_cast<std::size_t>(found - table->header().begin()));
  }
  if (columns.size() != join.on.size()) return nullptr;
  TRY(table->index(columns));
  bytes_ += table->bytes();
  return tables_.emplace(std::move(key), std::move(table)).first->second.get();
}

}  // namespace pharos::ingest
