// server/base64.h: RFC 4648, as Basic credentials and CloudEvents use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pharos::server {

// With or without padding; none on any other letter.
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace pharos::server
