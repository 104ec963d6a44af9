// server/log.cc: lines by spdlog. The one file that meets that library.
#include "server/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <iterator>

#include "base/instant.h"
#include "base/json.h"

namespace pharos::server {
namespace {

constexpr std::string_view level_names[] = {"debug", "info", "warning", "error"};
constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                spdlog::level::warn, spdlog::level::err};

std::string now_text() {
  using namespace std::chrono;
  return format_instant(
      {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()});
}

}  // namespace

struct Log::Sink {
  spdlog::logger logger{"pharos", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

Log::Log(LogLevel least) : sink_(std::make_unique<Sink>()) {
  sink_->logger.set_pattern("%v");
  sink_->logger.set_level(levels[static_cast<std::size_t>(least)]);
  sink_->logger.flush_on(spdlog::level::debug);
}
Log::~Log() = default;

void Log::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  const auto index = static_cast<std::size_t>(level);
  if (!sink_->logger.should_log(levels[index])) return;
  std::string line =
      fmt::format(R"({{"time":"{}","level":"{}","event":)", now_text(), level_names[index]);
  append_json(line, event);
  for (const LogField& field : fields) {
    line += ',';
    append_json(line, field.name);
    line += ':';
    if (const auto* text = std::get_if<std::string_view>(&field.value))
      append_json(line, *text);
    else if (const auto* number = std::get_if<std::int64_t>(&field.value))
      fmt::format_to(std::back_inserter(line), "{}", *number);
    else
      fmt::format_to(std::back_inserter(line), "{:.3f}", std::get<double>(field.value));
  }
  line += '}';
  sink_->logger.log(levels[index], line);
}

void Log::flush() {
  sink_->logger.flush();
}

}  // namespace pharos::server
