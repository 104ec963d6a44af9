// history/values.h: cells and codes of columns as CEL values.
#pragma once

#include <string_view>
#include <vector>

#include "cel/value.h"
#include "history/part.h"

namespace pharos::history {

inline constexpr std::string_view not_set = "not set";

cel::Kind kind_of(cel::PropertyType type);
// `texts`: what the codes of a string property stand for.
cel::Value value_at(const Values& values, std::size_t at, const cel::Property& property,
                    const Texts& texts);
std::vector<std::string_view> views_of(const Texts& texts);

}  // namespace pharos::history
