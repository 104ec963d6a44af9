// server/openapi.h: the description of every operation: api/openapi.yaml, which is built in.
#pragma once

#include <string>
#include <string_view>

#include "server/router.h"

namespace pharos::server {

// Written at build time by cmake/embed.cmake.
std::string_view openapi_yaml();
// The same as JSON.
const std::string& openapi_json();

void add_openapi_route(Router& router);

}  // namespace pharos::server
