// ingest/time_reader.h: times of rows, in the format and zone that the map names, millions a
// second.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"
#include "ingest/map.h"

namespace pharos::ingest {

// Errors: invalid (a letter after % that is not known, or a part of the date missing).
// Known: %Y %y %m %d %b %H %I %p %M %S %f %z %%; white space stands for any white space.
Result<> check_pattern(std::string_view pattern);

// One reader a thread: it remembers the last date.
class TimeReader {
 public:
  explicit TimeReader(TimeFormat format) : format_(std::move(format)) {}
  // Errors: invalid (what was found, and what was expected).
  Result<Instant> read(std::string_view text);

 private:
  bool read_fast(std::string_view text, Instant& instant);
  Result<Instant> read_iso(std::string_view text);
  Result<Instant> read_pattern(std::string_view text) const;
  Result<Instant> read_unix(std::string_view text) const;
  Result<Instant> in_zone(const LocalTime& local, std::string_view text) const;

  TimeFormat format_;
  char date_[10] = {};  // "2025-01-31", checked; its day is date_days_.
  std::int64_t date_days_ = 0;
};

}  // namespace pharos::ingest
