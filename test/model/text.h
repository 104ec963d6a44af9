// model/text.h: strings as lists of code points, and format().
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/datum.h"

namespace pharos::model {

// Nothing for what is not well-formed UTF-8.
std::optional<std::u32string> decode(std::string_view bytes);
std::string encode(std::u32string_view points);

// A member function of strings with its arguments, of the right number and kinds; nothing if there
// is no such function. The receiver is arguments[0].
std::optional<Datum> text_function(std::string_view name, const std::vector<Datum>& arguments);

Datum format(std::string_view pattern, const std::vector<Datum>& values, int currency_digits);
std::string money_text(Wide minor, int currency_digits);

}  // namespace pharos::model
