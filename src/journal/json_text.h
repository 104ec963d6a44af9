// journal/json_text.h: single values as JSON, for properties that a playbook declares no longer.
#pragma once

#include <string>
#include <string_view>

namespace pharos::journal {

// In quotes; control characters, quotes and backslashes escaped.
std::string json_text(std::string_view text);
// The shortest that reads back as the same number; null if it is not finite.
std::string json_double(double value);

}  // namespace pharos::journal
