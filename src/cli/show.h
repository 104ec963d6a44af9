// cli/show.h: values of a workspace for people and for documents: amounts in the currency's digits,
// times in the playbook's zone, enums by name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/document.h"
#include "base/instant.h"
#include "base/zone.h"
#include "cel/schema.h"
#include "cel/value.h"
#include "engine/event.h"

namespace pharos::cli {

// "2025-11-11 09:30:05" in the zone; "-" for none. Milliseconds are cut.
std::string local_time(Instant instant, const Zone& zone);
// "2025-11-11 09:30", to fit a table.
std::string local_minute(Instant instant, const Zone& zone);

// Where clocks stand, and what amounts are in: "2025-11-11 09:30 (Asia/Shanghai, CNY)".
std::string clock_text(Instant instant, const cel::Schema& schema);

// "1,234" and "37.5 %", half up; "-" of nothing.
std::string count_text(std::uint64_t count);
std::string counted(std::uint64_t count, std::string_view one);  // "1 row", "1,234 rows"
std::string share_text(std::uint64_t part, std::uint64_t whole);
std::string duration_text(std::optional<Duration> duration);

// What a property holds, for people; empty if it holds nothing.
std::string cell_text(const cel::Property& property, engine::Cell cell, std::string_view text,
                      const cel::Schema& schema);
// The same as a JSON value, as a native event has it: amounts and times exactly.
void put_cell(Document& document, const cel::Property& property, engine::Cell cell,
              std::string_view text, const cel::Schema& schema);
// The same for a cell of CSV; empty if it holds nothing.
std::string cell_csv(const cel::Property& property, engine::Cell cell, std::string_view text,
                     const cel::Schema& schema);
// The characters of a string cell lie in `text`, which is the batch's or row's.

// A value that a rule came to; an error value is "-" (null in a document).
std::string value_text(const cel::Value& value, const cel::Schema& schema);
void put_value(Document& document, const cel::Value& value, const cel::Schema& schema);
bool is_numeric(cel::Kind kind);

}  // namespace pharos::cli
