// playbook/moment.h: points in time as people write them in unit tests: RFC 3339, or the wall clock
// of the playbook's zone.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"
#include "base/zone.h"

namespace pharos::playbook {

// "2025-01-02", "2025-01-02 09:00", "2025-01-02 09:00:30", "2025-01-02 09:00:30.250", or RFC 3339
// with its own zone ("2025-01-02T09:00:00+08:00"). Errors: invalid.
Result<Instant> parse_moment(std::string_view text, const Zone& zone);
// The shortest of the wall-clock forms that is exact, the hour and minute always given.
std::string format_moment(Instant instant, const Zone& zone);

}  // namespace pharos::playbook
