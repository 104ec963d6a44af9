// history/question_test.cc: funnels and cohorts over columns, against plain lists of events.
#include <gtest/gtest.h>

#include <map>

#include "history/cohort.h"
#include "history/funnel.h"
#include "journal/trial.h"

namespace pharos::history {
namespace {

struct Told {
  std::uint32_t type = 0;
  Instant at;
  std::int64_t amount = 0;
};
using Lives = std::map<std::string, std::vector<Told>>;

class Questions : public journal::Trial {
 protected:
  void tell(std::uint64_t seed) {
    Seeded seeded(seed);
    append_random(*open_to_write(), seeded, {.batches = 12});
    workspace_ = open_to_read();
    frame_ = Frame::open(*workspace_, dir(), 2, {}).value();
    lives_.clear();
    ASSERT_TRUE(workspace_->each_block([&](const engine::EventBatch& batch) -> Result<> {
      for (const engine::Event& event : batch.events) {
        const bool paid = event.type == type("order_paid");
        lives_[std::string(batch.view(event.account))].push_back(
            {event.type, event.time, paid ? batch.cells[event.cells] : 0});
      }
      return {};
    }));
    for (auto& [id, told] : lives_) std::ranges::stable_sort(told, {}, &Told::at);
  }
  static std::uint32_t type(std::string_view name) {
    return *playbook::find_event(journal::trial_rules(), name);
  }
  static EventMatch match(std::string_view name, std::string_view filter = "") {
    EventMatch match{type(name), {}};
    if (filter.empty()) return match;
    match.filter = cel::compile(filter, {"filter", 1, 1},
                                {.use = cel::Use::filter,
                                 .schema = &journal::trial_rules().schema,
                                 .event = static_cast<std::int32_t>(match.type),
                                 .metrics = {}},
                                cel::Kind::boolean)
                       .rule;
    EXPECT_TRUE(match.filter.has_value()) << filter;
    return match;
  }

  std::unique_ptr<journal::Workspace> workspace_;
  std::unique_ptr<const Frame> frame_;
  Lives lives_;
};

// Lead, then login, then an order above 1.10: by a plain walk over each account's events.
TEST_F(Questions, a_first_funnel_takes_the_first_of_each_within_the_window) {
  tell(3);
  FunnelQuestion question;
  question.steps = {match("lead_created"), match("login"), match("order_paid", "amount > 1.1")};
  question.mode = FunnelMode::first;
  question.window = 20 * day;
  question.period = Period::month;
  const FunnelAnswer answer = funnel(*frame_, question, 2).value();

  std::map<std::string, std::array<std::uint64_t, 3>> wanted;
  for (const auto& [id, told] : lives_) {
    std::optional<Instant> lead, reached;
    int level = 0;
    for (const Told& event : told) {
      const bool is_step = level == 0   ? event.type == type("lead_created")
                           : level == 1 ? event.type == type("login")
                                        : event.type == type("order_paid") && event.amount > 110;
      if (level == 3 || !is_step || (lead && event.at >= *lead + 20 * day)) continue;
      if (level == 0) lead = event.at;
      // An event of one instant counts whatever stands before it in the list.
      ++level;
    }
    if (!lead) continue;
    const LocalTime local = journal::trial_rules().schema.zone.local(*lead);
    auto& counts = wanted[fmt::format("{}-{:02}", local.year, local.month)];
    for (int k = 0; k < level; ++k) ++counts[static_cast<std::size_t>(k)];
  }
  ASSERT_EQ(answer.lines.size(), wanted.size());
  std::uint64_t all = 0;
  for (const FunnelLine& line : answer.lines)
    for (int k = 0; k < 3; ++k) {
      EXPECT_EQ(line.tally.count(k), wanted.at(line.key[0])[static_cast<std::size_t>(k)])
          << line.key[0] << " step " << k;
      all += line.tally.count(k);
    }
  EXPECT_GT(all, 10U);
}

// The columns hand insight the events that the journal holds, in every mode.
TEST_F(Questions, a_funnel_is_insights_on_the_accounts_events) {
  tell(4);
  for (const FunnelMode mode : {FunnelMode::ordered, FunnelMode::strict, FunnelMode::unordered,
                                FunnelMode::window_funnel}) {
    FunnelQuestion question;
    question.steps = {match("login"), match("order_paid", "amount < 1.2"), match("login")};
    question.mode = mode;
    question.window = question.flags.window = 15 * day;
    question.flags.step_count = 3;
    question.flags.strict_order = true;
    if (mode != FunnelMode::window_funnel)
      question.exclusions.push_back({match("lead_created"), {0, 2}});
    const FunnelAnswer answer = funnel(*frame_, question, 2).value();

    insight::FunnelPlan plan{.step_count = 3, .window = 15 * day, .exclusions = {}};
    if (mode == FunnelMode::strict) plan.order = insight::FunnelOrder::strict;
    if (mode == FunnelMode::unordered) plan.order = insight::FunnelOrder::unordered;
    plan.exclusions.push_back({0, 2});
    insight::FunnelRunner runner(plan);
    insight::WindowFunnelRunner chains(question.flags);
    std::array<std::uint64_t, 4> levels{};
    for (const auto& [id, told] : lives_) {
      std::vector<insight::FunnelEvent> events;
      for (const Told& one : told) {
        insight::FunnelEvent event{.at = one.at};
        if (one.type == type("login")) event.steps = 0b101;
        if (one.type == type("order_paid") && one.amount < 120) event.steps = 0b010;
        if (one.type == type("lead_created")) event.exclusions = 1;
        events.push_back(event);
      }
      const int level =
          mode == FunnelMode::window_funnel ? chains.run(events) : runner.run(events).level;
      ++levels[static_cast<std::size_t>(level)];
    }
    std::array<std::uint64_t, 4> found{};
    for (Position p = 0; p < frame_->account_count(); ++p) ++found[answer.levels[p]];
    EXPECT_EQ(found, levels) << static_cast<int>(mode);
  }
}

TEST_F(Questions, an_exclusion_outside_of_the_steps_is_refused) {
  tell(5);
  FunnelQuestion question;
  question.steps = {match("login"), match("order_paid")};
  question.window = day;
  question.exclusions.push_back({match("lead_created"), {1, 1}});
  EXPECT_FALSE(funnel(*frame_, question, 1).has_value());
}

// Months of orders by the month of the first one, counted from the list.
TEST_F(Questions, a_cohort_counts_who_came_back_and_for_how_much) {
  tell(6);
  CohortQuestion question;
  question.target = question.returning = match("order_paid");
  question.plan.first_time = true;
  question.sum = 0;
  const CohortAnswer plain = cohort(*frame_, question, 2).value();
  // With a filter that passes everything it goes event by event.
  question.target = question.returning = match("order_paid", "true");
  const CohortAnswer slow = cohort(*frame_, question, 2).value();
  ASSERT_EQ(plain.matrices.size(), 1U);
  EXPECT_EQ(plain.periods, slow.periods);
  EXPECT_EQ(plain.matrices[0].counts, slow.matrices[0].counts);
  EXPECT_EQ(plain.matrices[0].sums, slow.matrices[0].sums);

  const Zone& zone = journal::trial_rules().schema.zone;
  const auto month = [&](Instant at) {
    const LocalTime local = zone.local(at);
    return local.year * 12 + local.month - 1;
  };
  std::map<std::pair<int, int>, std::pair<std::uint64_t, std::int64_t>> wanted;
  int least = 1 << 30;
  for (const auto& [id, told] : lives_) {
    std::map<int, std::int64_t> months;
    for (const Told& event : told)
      if (event.type == type("order_paid")) months[month(event.at)] += event.amount;
    for (const auto& [m, sum] : months) {
      auto& cell = wanted[{months.begin()->first, m - months.begin()->first}];
      ++cell.first;
      cell.second += sum;
      least = std::min(least, months.begin()->first);
    }
  }
  const std::size_t periods = plain.periods.size();
  std::uint64_t cells = 0;
  for (const auto& [key, cell] : wanted) {
    const auto at = static_cast<std::size_t>(key.first - least) * periods +
                    static_cast<std::size_t>(key.second);
    EXPECT_EQ(plain.matrices[0].counts[at], cell.first);
    EXPECT_EQ(plain.matrices[0].sums[at], cell.second);
    ++cells;
  }
  EXPECT_GT(cells, 3U);
  EXPECT_EQ(static_cast<std::uint64_t>(
                std::ranges::count_if(plain.matrices[0].counts, [](auto n) { return n > 0; })),
            cells);
}

}  // namespace
}  // namespace pharos::history
