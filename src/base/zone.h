// base/zone.h: local time, where a zone is named. IANA names, rules from the system's tzdata.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace date {
class time_zone;
}

namespace pharos {

enum class Period : std::uint8_t { day, week, month, quarter, year };

// A wall-clock reading. Fields as on the calendar; millisecond 0..999.
struct LocalTime {
  int year, month, day_of_month, hour, minute, second, millisecond;
};

// A zone by name; cheap to copy. Weeks begin on Monday.
class Zone {
 public:
  static Zone utc();
  // Errors: invalid (no such zone in tzdata).
  static Result<Zone> find(std::string_view name);

  const std::string& name() const;
  bool operator==(const Zone&) const = default;
  LocalTime local(Instant instant) const;
  // A local time that a spring gap skips is read as the instant at which the gap ends; one that an
  // autumn fold repeats is its first reading.
  Instant instant(const LocalTime& local) const;
  // The first instant of the period that holds `instant`, `offset` periods later (or earlier).
  Instant start_of(Period period, Instant instant, int offset = 0) const;

 private:
  explicit Zone(const date::time_zone* zone) : zone_(zone) {}
  const date::time_zone* zone_;
};

}  // namespace pharos
