// base/version.h: which Pharos this is.
#pragma once

#include <string_view>

namespace pharos {

inline constexpr std::string_view version = "0.1.0";

}  // namespace pharos
