// cel/describe.h: values inside sentences for people.
#pragma once

#include <string>

#include "cel/value.h"

namespace pharos::cel {

// Amounts and whole numbers in groups of three digits, text in quotes, times and durations short.
std::string describe_value(const Value& value, int currency_digits);

}  // namespace pharos::cel
