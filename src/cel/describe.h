// cel/describe.h: values and pieces of source inside sentences for people.
#pragma once

#include <string>
#include <string_view>

#include "cel/value.h"

namespace pharos::cel {

// Amounts and whole numbers in groups of three digits, text in quotes, times and durations short.
std::string describe_value(const Value& value, int currency_digits);

// Source on one line: runs of white space and comments outside of quotes become one blank.
std::string fold_white_space(std::string_view source);

}  // namespace pharos::cel
