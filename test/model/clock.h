// model/clock.h: times and durations as text and as fields, by counting days one year at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/datum.h"

namespace pharos::model {

inline constexpr Wide nanos_a_second = 1'000'000'000;

// A timestamp of the years 1 to 9999 by its nanoseconds since 1970, or an error.
Datum timestamp_of(Wide nanos);
Datum duration_of(Wide nanos);

Datum read_timestamp(std::string_view text);
Datum read_duration(std::string_view text);
std::string write_timestamp(Wide nanos);
std::string write_duration(Wide nanos);

enum class TimeField : std::uint8_t {
  year,
  month,
  day_of_month,
  date,
  day_of_week,
  day_of_year,
  hours,
  minutes,
  seconds,
  milliseconds,
};
std::optional<TimeField> time_field(std::string_view function);  // getFullYear
// Of a timestamp in a zone: UTC if empty. Zones by name are asked of the C library, not of ours.
Datum read_field(Wide nanos, TimeField field, std::string_view zone);
Datum count_in_duration(Wide nanos, TimeField field);

}  // namespace pharos::model
