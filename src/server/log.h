// server/log.h: what the server says of itself: one JSON object a line, on standard error.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace pharos::server {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

// A member of a line. Texts are escaped, so nothing that came from outside can begin a line.
struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double> value;
};

// Any thread. Never give it bodies, headers or keys.
class Log {
 public:
  explicit Log(LogLevel least);
  ~Log();
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);
  void flush();

 private:
  struct Sink;
  std::unique_ptr<Sink> sink_;
};

}  // namespace pharos::server
