// base/error.h: what can go wrong in use, as a value.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace pharos {

// Short and closed; each code has one HTTP status and one meaning for an exit code.
enum class ErrorCode : std::uint8_t {
  invalid,      // The input is wrong; the message says where, what and what to do.
  not_found,    // What was named does not exist.
  conflict,     // It exists already, with other contents.
  forbidden,    // Whoever asks may not do that.
  limit,        // A named limit would be passed.
  corrupt,      // Stored bytes are not what was written.
  io,           // The system refused to read or write.
  unavailable,  // Busy now; the same call may succeed later.
};
std::string_view name_of(ErrorCode code);

struct Error {
  ErrorCode code;
  std::string message;
};

template <class T = void>
using Result = std::expected<T, Error>;

template <class... Args>
std::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> text, Args&&... args) {
  return std::unexpected(Error{code, fmt::format(text, std::forward<Args>(args)...)});
}

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace pharos

// The value of a Result, or an early return with its error. Not across co_await (GCC 12).
#define TRY(expression)                                         \
  __extension__({                                               \
    auto result_of_try = (expression);                          \
    if (!result_of_try) [[unlikely]]                            \
      return std::unexpected(std::move(result_of_try).error()); \
    *std::move(result_of_try);                                  \
  })

// A bug, not an error: stops the process in every build. Never on input.
#define ASSERT(condition)                                         \
  do {                                                            \
    if (!(condition)) [[unlikely]]                                \
      ::pharos::assertion_failed(#condition, __FILE__, __LINE__); \
  } while (false)
