// cli/progress_bar.cc: rate and time left from the mean speed so far.
#include "cli/progress_bar.h"

#include <algorithm>

#include "base/text.h"
#include "cli/table.h"

namespace pharos::cli {
namespace {

constexpr std::size_t bar_width = 24;
constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr auto first_draw_after = std::chrono::milliseconds(300);  // Short work needs no bar.
constexpr double rate_after_seconds = 0.5;                         // Before that a rate is noise.

std::string amount(std::uint64_t count, Unit unit, Language language) {
  if (unit == Unit::events)
    return fmt::format("{}{}", grouped(static_cast<std::int64_t>(count)),
                       language == Language::zh ? " 个事件" : " events");
  return fmt::format("{:.1f} MB", static_cast<double>(count) / 1e6);
}

}  // namespace

std::string progress_line(std::string_view label, Unit unit, const Pace& pace, Language language) {
  const std::uint64_t done = pace.total == 0 ? pace.done : std::min(pace.done, pace.total);
  std::string line = fmt::format("{}  ", label);
  if (pace.total > 0)
    line += fmt::format("{} {:>3} %  ", padded(bar(done, pace.total, bar_width), bar_width),
                        done * 100 / pace.total);
  line += amount(done, unit, language);
  if (pace.seconds < rate_after_seconds || done == 0) return line;
  const double rate = static_cast<double>(done) / pace.seconds;
  line += unit == Unit::events ? fmt::format("  {}/s", grouped(static_cast<std::int64_t>(rate)))
                               : fmt::format("  {:.1f} MB/s", rate / 1e6);
  if (pace.total == 0 || done == pace.total) return line;
  const auto left = static_cast<std::int64_t>(static_cast<double>(pace.total - done) / rate);
  const std::string time = format_duration_short(std::max<std::int64_t>(left, 1) * second);
  return line + (language == Language::zh ? fmt::format("  还需 {}", time)
                                          : fmt::format("  {} left", time));
}

ProgressBar::ProgressBar(const Shell& shell, std::string label, Unit unit)
    : shell_(shell), label_(std::move(label)), unit_(unit), started_(Clock::now()) {}

ProgressBar::~ProgressBar() {
  wipe();
}

void ProgressBar::wipe() {
  if (shown_) fmt::print(shell_.err, "\r\x1b[K");
  shown_ = false;
}

void ProgressBar::restart(std::string label, Unit unit) {
  wipe();
  label_ = std::move(label);
  unit_ = unit;
  started_ = Clock::now();
}

void ProgressBar::update(std::uint64_t done, std::uint64_t total) {
  if (!shell_.err_is_terminal) return;
  const auto now = Clock::now();
  if (now - drawn_ < redraw_interval || now - started_ < first_draw_after) return;
  drawn_ = now;
  const Pace pace{done, total, std::chrono::duration<double>(now - started_).count()};
  fmt::print(shell_.err, "\r{}\x1b[K", progress_line(label_, unit_, pace, shell_.language));
  std::fflush(shell_.err);
  shown_ = true;
}

}  // namespace pharos::cli
