// demo/market.cc: the calendar of the demo, and all merchants' lives sorted into one stream.
#include "demo/market.h"

#include <algorithm>

#include "base/zone.h"
#include "demo/life.h"
#include "demo/writer.h"

namespace pharos::demo {
namespace {

constexpr std::size_t batch_events = 32'768;

// What is bought on a date, in thousandths: the festivals of the trade and the quiet weeks.
std::uint32_t demand_on(const LocalTime& date) {
  const int month_day = date.month * 100 + date.day_of_month;
  if (month_day == 618) return 3'200;
  if (month_day >= 601 && month_day < 618) return 1'350;
  if (month_day == 1111) return 4'800;
  if (month_day >= 1101 && month_day < 1111) return 1'400;
  if (month_day == 1212) return 2'200;
  if (month_day >= 1112 && month_day < 1120) return 800;
  if (month_day >= 128 && month_day <= 208) return 550;  // Around the Spring Festival.
  if (month_day >= 1001 && month_day <= 1007) return 1'150;
  return date.month == 7 || date.month == 8 ? 930 : 1'000;
}

// Shops sign up for a festival some days ahead of it.
std::uint32_t campaign_on(const LocalTime& date) {
  const int month_day = date.month * 100 + date.day_of_month;
  return month_day == 610 ? 1 : month_day == 1103 ? 2 : month_day == 1208 ? 3 : 0;
}

std::vector<Day> calendar(const Zone& zone, const MarketOptions& options) {
  std::vector<Day> days;
  for (std::uint32_t i = options.days; i > 0; --i) {
    Day day;
    // The last day is the one that holds the last millisecond of the data.
    day.start = zone.start_of(Period::day, options.until - Duration{1}, 1 - static_cast<int>(i));
    const LocalTime date = zone.local(day.start);
    const std::int64_t number = days_from_civil(date.year, date.month, date.day_of_month);
    day.weekday = static_cast<std::uint32_t>(((number + 3) % 7 + 7) % 7);  // Day 0: a Thursday.
    day.demand = demand_on(date);
    day.campaign = campaign_on(date);
    days.push_back(day);
  }
  return days;
}

}  // namespace

Market::Market(const playbook::Playbook& playbook, const MarketOptions& options)
    : playbook_(playbook), seed_(options.seed) {
  const std::vector<Day> days = calendar(playbook.schema.zone, options);
  const Stage stage{options.seed, days, options.until, options.volume};
  for (std::uint32_t i = 0; i < options.merchants; ++i) {
    profiles_.push_back(make_profile(options.seed, i));
    if (!days.empty()) live(stage, i, profiles_.back(), facts_);
  }
  const Writer writer(playbook_, seed_, profiles_);
  std::erase_if(facts_, [&](const Fact& fact) { return !writer.knows(fact.kind); });
  std::ranges::stable_sort(facts_, {}, &Fact::at);
}

Result<> Market::each_batch(const std::function<Result<>(engine::EventBatch)>& take) const {
  const Writer writer(playbook_, seed_, profiles_);
  for (std::size_t first = 0; first < facts_.size(); first += batch_events) {
    engine::EventBatch batch;
    const std::size_t end = std::min(first + batch_events, facts_.size());
    batch.events.reserve(end - first);
    batch.text.reserve((end - first) * 40);
    for (std::size_t i = first; i < end; ++i) writer.write(facts_[i], i + 1, batch);
    TRY(take(std::move(batch)));
  }
  return {};
}

}  // namespace pharos::demo
