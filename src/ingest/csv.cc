// ingest/csv.cc: finding record ends, and reading fields.
#include "ingest/csv.h"

#include <algorithm>
#include <cstring>

namespace pharos::ingest {
namespace {

std::size_t find(std::string_view bytes, char c, std::size_t at) {
  if (at >= bytes.size()) return std::string_view::npos;
  const void* hit = std::memchr(bytes.data() + at, c, bytes.size() - at);
  return hit ? static_cast<std::size_t>(static_cast<const char*>(hit) - bytes.data())
             : std::string_view::npos;
}

// The quote that closes the field opened at `open`, or npos.
std::size_t find_closing(std::string_view bytes, std::size_t open) {
  std::size_t at = open + 1;
  while (true) {
    const std::size_t quote = find(bytes, '"', at);
    if (quote == std::string_view::npos) return quote;
    if (quote + 1 >= bytes.size() || bytes[quote + 1] != '"') return quote;
    at = quote + 2;
  }
}

enum class End : std::uint8_t { found, open_quote, none };
struct RecordEnd {
  End kind;
  std::size_t next;  // One past the line feed.
};

// `limited` holds at most row_bytes_max bytes from the record's start.
RecordEnd find_record_end(std::string_view limited, char delimiter) {
  std::size_t at = 0;
  while (true) {
    const std::size_t feed = find(limited, '\n', at);
    std::size_t quote = at;
    // The first quote before the line feed that opens a field.
    const std::string_view line = limited.substr(0, feed);
    for (;; ++quote) {
      quote = find(line, '"', quote);
      if (quote == std::string_view::npos || quote == 0 || line[quote - 1] == delimiter) break;
    }
    if (quote == std::string_view::npos) {
      if (feed == std::string_view::npos) return {End::none, 0};
      return {End::found, feed + 1};
    }
    const std::size_t closing = find_closing(limited, quote);
    if (closing == std::string_view::npos) return {End::open_quote, 0};
    at = closing + 1;
    if (at < limited.size() && limited[at] == delimiter) continue;
  }
}

}  // namespace

std::size_t csv_cut(std::string_view bytes, char delimiter, bool last) {
  if (find(bytes, '"', 0) == std::string_view::npos) {
    const std::size_t feed = bytes.rfind('\n');
    return feed == std::string_view::npos ? 0 : feed + 1;
  }
  std::size_t start = 0;
  while (start < bytes.size()) {
    const std::string_view rest = bytes.substr(start);
    const RecordEnd end = find_record_end(rest.substr(0, row_bytes_max), delimiter);
    if (end.kind == End::found) {
      start += end.next;
      continue;
    }
    const bool whole_known = last || rest.size() > row_bytes_max;
    const std::size_t feed = find(rest, '\n', 0);
    if (!whole_known || feed == std::string_view::npos) break;
    start += feed + 1;
  }
  return start;
}

bool CsvReader::next() {
  while (at_ < bytes_.size() && (bytes_[at_] == '\n' || bytes_[at_] == '\r')) {
    if (bytes_[at_] == '\r' && (at_ + 1 == bytes_.size() || bytes_[at_ + 1] != '\n')) break;
    at_ += bytes_[at_] == '\r' ? 2 : 1;
    ++lines_next_;
  }
  if (at_ >= bytes_.size()) return false;
  fields_.clear();
  built_count_ = 0;
  fault_.reset();
  line_ = lines_next_;
  record_start_ = at_;
  read_record();
  return true;
}

void CsvReader::end_record(std::size_t end, std::size_t next) {
  record_ = bytes_.substr(record_start_, end - record_start_);
  at_ = next;
  ++lines_next_;
}

void CsvReader::read_record() {
  const char* const data = bytes_.data();
  const std::size_t size = bytes_.size();
  std::size_t at = at_;
  while (true) {
    if (at < size && data[at] == '"') {
      at = read_quoted(at);
      if (at == std::string_view::npos) return;
    } else {
      const std::size_t first = at;
      while (at < size && data[at] != delimiter_ && data[at] != '\n') ++at;
      std::size_t end = at;
      if (at < size && data[at] == '\n' && end > first && data[end - 1] == '\r') --end;
      fields_.push_back({data + first, end - first});
    }
    if (at < size && data[at] == delimiter_) {
      ++at;
      continue;
    }
    const std::size_t end = at > record_start_ && at < size && data[at - 1] == '\r' ? at - 1 : at;
    end_record(end, std::min(at + 1, size));
    break;
  }
  if (at_ - record_start_ <= row_bytes_max) return;
  fault_ =
      Fault{RejectCode::too_long, fmt::format("the row is longer than {} bytes", row_bytes_max)};
  end_first_line();
}

void CsvReader::end_first_line() {
  const std::size_t feed = std::min(find(bytes_, '\n', record_start_), bytes_.size());
  lines_next_ = line_;
  end_record(feed, std::min(feed + 1, bytes_.size()));
}

// Takes one quoted field and returns where its delimiter or line feed stands (or the end); npos if
// the quote is not closed, with the record ended at its first line.
std::size_t CsvReader::read_quoted(std::size_t at) {
  const std::size_t limit = std::min(bytes_.size(), record_start_ + row_bytes_max);
  const std::size_t closing = find_closing(bytes_.substr(0, limit), at);
  if (closing == std::string_view::npos) {
    fault_ = Fault{RejectCode::bad_csv,
                   fmt::format("field {} opens a quote that is not closed", fields_.size() + 1)};
    end_first_line();
    return closing;
  }
  std::string_view text = bytes_.substr(at + 1, closing - at - 1);
  lines_next_ += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  if (text.find('"') != std::string_view::npos) {
    if (built_count_ == built_.size()) built_.emplace_back();
    std::string& built = built_[built_count_++];
    built.clear();
    for (std::size_t i = 0; i < text.size(); ++i) {
      built += text[i];
      if (text[i] == '"') ++i;
    }
    text = built;
  }
  fields_.push_back(text);
  std::size_t end = closing + 1;
  while (end < bytes_.size() && bytes_[end] != delimiter_ && bytes_[end] != '\n') ++end;
  const std::string_view after = bytes_.substr(closing + 1, end - closing - 1);
  const bool clean = after.empty() || (after == "\r" && end < bytes_.size() && bytes_[end] == '\n');
  if (!clean && !fault_)
    fault_ = Fault{RejectCode::bad_csv,
                   fmt::format("field {} goes on after its closing quote; write quotes inside a "
                               "quoted field twice",
                               fields_.size())};
  return end;
}

}  // namespace pharos::ingest
