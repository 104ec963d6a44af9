// base/error.cc: names of error codes, and the end of a process that met a bug.
#include "base/error.h"

#include <cstdio>
#include <cstdlib>

namespace pharos {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid: return "invalid";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::forbidden: return "forbidden";
    case ErrorCode::limit: return "limit";
    case ErrorCode::corrupt: return "corrupt";
    case ErrorCode::io: return "io";
    case ErrorCode::unavailable: return "unavailable";
  }
  return "invalid";
}

void assertion_failed(const char* condition, const char* file, int line) {
  fmt::print(stderr,
             "pharos: bug at {}:{}: {} does not hold; stopping. Nothing acknowledged is lost.\n",
             file, line, condition);
  std::fflush(stderr);
  std::abort();
}

}  // namespace pharos
