// cel/function_format.h: "%s has %d".format([a, b]), as the strings extension has it.
#pragma once

#include "cel/function.h"

namespace pharos::cel {

Value format_text(const Call& call);

}  // namespace pharos::cel
