// engine/fold_test.cc: lifecycles told as short stories: events in, transitions out.
#include "engine/fold.h"

#include <gtest/gtest.h>

#include "engine/story.h"

namespace pharos::engine {
namespace {

using testing::head;
using testing::Lines;
using testing::load;
using testing::Story;
using testing::with_nodes;

TEST(Fold, an_event_cascades_through_several_nodes_in_declared_order) {
  Story story(with_nodes(R"yaml(
        - {node: lead, on: lead_created}
        - {node: signed, on: contract_signed}
        - {node: activated, on: order_paid, if: "count(order_paid, '30d') >= 2"}
        - {node: grown, on: order_paid, if: "sum(order_paid.amount, '30d') >= 100"}
)yaml"));
  story.tell({"2025-01-01T00:00:00Z acme contract_signed",  // Before the lead: passed over.
              "2025-01-02T00:00:00Z acme lead_created", "2025-01-02T00:00:00Z acme contract_signed",
              "2025-01-03T00:00:00Z acme order_paid amount=60",
              "2025-01-04T00:00:00Z acme order_paid amount=40"});
  EXPECT_EQ(story.transitions(), (Lines{"main.lead entered 1 2025-01-02T00:00:00.000Z #2",
                                        "main.signed entered 1 2025-01-02T00:00:00.000Z #3",
                                        "main.activated entered 1 2025-01-04T00:00:00.000Z #5",
                                        "main.grown entered 1 2025-01-04T00:00:00.000Z #5"}));
}

TEST(Fold, a_window_is_open_at_its_old_end_and_closed_at_now) {
  Story story(with_nodes("        - {node: lead, on: lead_created}\n"),
              {"count(order_paid, '30d')", "sum(order_paid.amount, '30d')"});
  story.tell({"2025-01-01T00:00:00Z acme order_paid amount=1.25",
              "2025-01-05T00:00:00Z acme order_paid amount=2.50"});
  EXPECT_EQ(story.query(0), "2");
  story.tell({"2025-01-30T23:59:59.999Z tick"});
  EXPECT_EQ(story.query(0), "2");
  story.tell({"2025-01-31T00:00:00Z tick"});  // Exactly 30 days later the first is out.
  EXPECT_EQ(story.query(0), "1");
  EXPECT_EQ(story.query(1), "2.50");
}

// As of an instant, a tick of the journal and the one at the end may be the same.
TEST(Fold, a_tick_moves_accounts_that_came_late_to_the_same_one) {
  Story story(with_nodes("        - {node: lead, on: lead_created}\n"), {"now"});
  story.tell({"2025-01-01T00:00:00Z other login", "2025-02-01T00:00:00Z tick",
              "2025-01-05T00:00:00Z acme order_paid amount=1.25", "2025-02-01T00:00:00Z tick"});
  EXPECT_EQ(story.query(0), "2025-02-01T00:00:00.000Z");
}

TEST(Fold, a_condition_that_turns_true_as_a_window_moves_on_is_dated_to_the_millisecond) {
  Story story(with_nodes(R"yaml(
        - {node: seller, on: order_paid}
        - {node: silent, when: "count(order_paid, '7d') == 0"}
)yaml"));
  story.tell({"2025-01-01T10:00:00.123Z acme order_paid amount=1", "2025-03-01T00:00:00Z tick"});
  EXPECT_EQ(story.transitions(), (Lines{"main.seller entered 1 2025-01-01T10:00:00.123Z #1",
                                        "main.silent entered 1 2025-01-08T10:00:00.123Z #1"}));
}

TEST(Fold, a_due_time_that_passes_is_an_occurrence_and_a_late_step_still_counts) {
  Story story(with_nodes(R"yaml(
        - {node: lead, on: lead_created}
        - {node: signed, on: contract_signed, due: 14d}
)yaml"));
  story.tell({"2025-01-01T00:00:00Z acme lead_created", "2025-01-14T23:59:59.999Z acme login"});
  EXPECT_FALSE(story.fold().standing(story.account(), 1).overdue);
  story.tell({"2025-01-15T00:00:00Z acme contract_signed"});  // The timer goes first.
  EXPECT_EQ(story.transitions(), (Lines{"main.lead entered 1 2025-01-01T00:00:00.000Z #1",
                                        "main.signed overdue 0 2025-01-15T00:00:00.000Z #2",
                                        "main.signed entered 1 2025-01-15T00:00:00.000Z #3"}));
  EXPECT_FALSE(story.fold().standing(story.account(), 1).overdue);
}

const std::string lapsing = R"yaml(
        - {node: active, when: "count(order_paid, '30d') >= 2"}
        - {node: dormant, branch: true, lapse: {when: "count(order_paid, '60d') == 0", to: lost}}
        - {node: lost, branch: true}
        - {node: grown, after: active, when: "sum(order_paid.amount, '30d') >= 100",
           lapse: {when: "count(order_paid, '10d') == 0", to: dormant}}
        - {node: star, on: login}
)yaml";

TEST(Fold, a_lapse_releases_the_node_and_what_depends_on_it_and_holds_the_branch) {
  Story story(with_nodes(lapsing));
  story.tell({"2025-01-01T00:00:00Z acme order_paid amount=50",
              "2025-01-02T00:00:00Z acme order_paid amount=50", "2025-01-03T00:00:00Z acme login",
              "2025-02-01T00:00:00Z tick"});
  EXPECT_EQ(story.transitions(), (Lines{"main.active entered 1 2025-01-02T00:00:00.000Z #2",
                                        "main.grown entered 1 2025-01-02T00:00:00.000Z #2",
                                        "main.star entered 1 2025-01-03T00:00:00.000Z #3",
                                        "main.grown released 1 2025-01-12T00:00:00.000Z #3",
                                        "main.star released 1 2025-01-12T00:00:00.000Z #3",
                                        "main.dormant entered 1 2025-01-12T00:00:00.000Z #3"}));
  EXPECT_EQ(story.fold().at(story.account(), 0), 1);  // The branch wins over `active`.
}

TEST(Fold, a_released_node_is_entered_again_and_that_ends_the_branch) {
  Story story(with_nodes(lapsing));
  story.tell({"2025-01-01T00:00:00Z acme order_paid amount=50",
              "2025-01-02T00:00:00Z acme order_paid amount=50", "2025-01-20T00:00:00Z acme login",
              "2025-01-21T00:00:00Z acme order_paid amount=10"});
  const Lines all = story.transitions();
  EXPECT_EQ(Lines(all.end() - 2, all.end()),
            (Lines{"main.grown entered 2 2025-01-21T00:00:00.000Z #4",
                   "main.dormant released 1 2025-01-21T00:00:00.000Z #4"}));
  EXPECT_EQ(story.fold().at(story.account(), 0), 3);
}

TEST(Fold, one_branch_may_lapse_into_another) {
  Story story(with_nodes(lapsing));
  story.tell({"2025-01-01T00:00:00Z acme order_paid amount=50",
              "2025-01-02T00:00:00Z acme order_paid amount=50", "2025-06-01T00:00:00Z tick"});
  const Lines all = story.transitions();
  EXPECT_EQ(Lines(all.end() - 2, all.end()),
            (Lines{"main.dormant released 1 2025-03-03T00:00:00.000Z #2",
                   "main.lost entered 1 2025-03-03T00:00:00.000Z #2"}));
}

TEST(Fold, a_late_event_takes_its_place_in_the_windows_but_moves_nothing_back) {
  Story story(
      with_nodes("        - {node: active, when: \"count(order_paid, '30d') >= 2\"}\n"),
      {"count(order_paid, '30d')", "first(order_paid.score, '30d')", "last(order_paid.score)"});
  story.tell({"2025-02-01T00:00:00Z acme order_paid score=7",
              "2025-01-20T00:00:00Z acme order_paid score=3"});
  EXPECT_EQ(story.transitions(), (Lines{"main.active entered 1 2025-02-01T00:00:00.000Z #2"}));
  EXPECT_EQ(story.query(1), "3");
  EXPECT_EQ(story.query(2), "7");
  story.tell({"2024-06-01T00:00:00Z acme order_paid score=9", "2025-02-19T00:00:00Z tick"});
  EXPECT_EQ(story.query(0), "1");  // The one of 20 January left after exactly 30 days.
  EXPECT_EQ(story.query(1), "7");
}

TEST(Fold, every_window_function_answers_over_the_same_events) {
  Story story(
      with_nodes("        - {node: lead, on: lead_created}\n"),
      {"sum(order_paid.amount, 'all', category == 'shoes')", "avg(order_paid.amount, '30d')",
       "min(order_paid.score, '30d')", "max(order_paid.score, '30d')",
       "distinct(order_paid.category, '30d')", "distinct(login.member, '30d')",
       "growth(order_paid.amount, '10d')", "sum(order_paid.ratio, '30d')",
       "count(order_paid, 'this month')", "count(order_paid, 'last month')", "since(order_paid)",
       "avg(order_paid.score, '1d')"});
  story.tell({"2025-01-28T00:00:00Z acme order_paid amount=10.01 category=shoes score=4 ratio=0.5",
              "2025-02-05T00:00:00Z acme order_paid amount=20.00 category=hats score=9 ratio=0.25",
              "2025-02-06T00:00:00Z acme order_paid amount=10.01 category=shoes score=6",
              "2025-02-06T00:00:00Z acme login member=ann",
              "2025-02-07T00:00:00Z acme login member=bob",
              "2025-02-08T00:00:00Z acme login member=ann"});
  const Lines wanted{"20.02",
                     "13.34",
                     "4",
                     "9",
                     "2",
                     "2",                   // 40.02 / 3 = 13.34
                     "1.9980019980019978",  // 3001 / 1001 - 1
                     "0.75",
                     "2",
                     "1",
                     "2d",
                     "error"};
  for (std::uint32_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(story.query(i), wanted[i]) << i;
  story.tell({"2025-02-27T00:00:00Z tick"});  // The first order is out of 30 days.
  EXPECT_EQ(story.query(2), "6");
  EXPECT_EQ(story.query(4), "2");
  story.tell({"2025-03-07T00:00:00Z tick"});
  EXPECT_EQ(story.query(3), "6");
  EXPECT_EQ(story.query(4), "1");
  EXPECT_EQ(story.query(5), "2");
  EXPECT_EQ(story.query(9), "2");
}

TEST(Fold, calendar_windows_follow_the_zone_over_daylight_saving) {
  std::string yaml = with_nodes("        - {node: quiet, when: \"count(login, 'today') == 0\"}\n");
  yaml.replace(yaml.find("UTC"), 3, "America/New_York");
  Story story(yaml, {"count(login, 'today')"});
  // 2025-03-09 has 23 hours in New York: from 05:00Z to 04:00Z of the next day.
  story.tell({"2025-03-09T05:00:00Z acme login", "2025-03-10T03:59:59.999Z tick"});
  EXPECT_EQ(story.query(0), "1");
  story.tell({"2025-03-10T04:00:00Z tick"});
  EXPECT_EQ(story.query(0), "0");
  EXPECT_EQ(story.transitions(), (Lines{"main.quiet entered 1 2025-03-10T04:00:00.000Z #1"}));
}

// One login, and the instants at which a window takes it in and lets it go: computed from the
// system's tzdata by Python's zoneinfo, a day beginning at the first instant of its date that the
// clocks show.
TEST(Fold, timers_of_calendar_windows_fire_where_a_period_begins) {
  struct Row {
    std::string_view zone, window, login, entered, left;
  };
  const Row rows[] = {
      {"Asia/Shanghai", "today", "2025-01-15T15:59:59.999Z", "2025-01-15T15:59:59.999Z",
       "2025-01-15T16:00:00.000Z"},
      {"America/New_York", "today", "2025-11-02T05:30:00Z", "2025-11-02T05:30:00.000Z",
       "2025-11-03T05:00:00.000Z"},
      {"America/New_York", "today", "2025-03-09T06:30:00Z", "2025-03-09T06:30:00.000Z",
       "2025-03-10T04:00:00.000Z"},
      {"America/New_York", "yesterday", "2025-03-08T12:00:00Z", "2025-03-09T05:00:00.000Z",
       "2025-03-10T04:00:00.000Z"},
      {"America/New_York", "yesterday", "2025-11-02T12:00:00Z", "2025-11-03T05:00:00.000Z",
       "2025-11-04T05:00:00.000Z"},
      {"America/New_York", "this week", "2025-03-09T12:00:00Z", "2025-03-09T12:00:00.000Z",
       "2025-03-10T04:00:00.000Z"},
      {"America/New_York", "last week", "2025-03-09T12:00:00Z", "2025-03-10T04:00:00.000Z",
       "2025-03-17T04:00:00.000Z"},
      {"Europe/Berlin", "last week", "2025-10-26T12:00:00Z", "2025-10-26T23:00:00.000Z",
       "2025-11-02T23:00:00.000Z"},
      {"America/New_York", "this month", "2025-03-01T12:00:00Z", "2025-03-01T12:00:00.000Z",
       "2025-04-01T04:00:00.000Z"},
      {"America/New_York", "last month", "2025-02-28T12:00:00Z", "2025-03-01T05:00:00.000Z",
       "2025-04-01T04:00:00.000Z"},
      {"America/New_York", "this quarter", "2025-02-01T12:00:00Z", "2025-02-01T12:00:00.000Z",
       "2025-04-01T04:00:00.000Z"},
      {"America/New_York", "last quarter", "2025-08-01T12:00:00Z", "2025-10-01T04:00:00.000Z",
       "2026-01-01T05:00:00.000Z"},
      {"Australia/Sydney", "this quarter", "2024-09-30T14:30:00Z", "2024-09-30T14:30:00.000Z",
       "2024-12-31T13:00:00.000Z"},
      {"America/New_York", "this year", "2025-07-01T12:00:00Z", "2025-07-01T12:00:00.000Z",
       "2026-01-01T05:00:00.000Z"},
      {"Asia/Kathmandu", "last year", "2023-07-01T12:00:00Z", "2023-12-31T18:15:00.000Z",
       "2024-12-31T18:15:00.000Z"},
      {"America/Sao_Paulo", "today", "2018-11-03T12:00:00Z", "2018-11-03T12:00:00.000Z",
       "2018-11-04T03:00:00.000Z"},
      {"America/Sao_Paulo", "today", "2018-11-04T03:00:00Z", "2018-11-04T03:00:00.000Z",
       "2018-11-05T02:00:00.000Z"},
      {"America/Sao_Paulo", "yesterday", "2018-11-03T12:00:00Z", "2018-11-04T03:00:00.000Z",
       "2018-11-05T02:00:00.000Z"},
      {"America/Sao_Paulo", "today", "2018-02-18T02:30:00Z", "2018-02-18T02:30:00.000Z",
       "2018-02-18T03:00:00.000Z"},
      {"Asia/Beirut", "today", "2024-03-30T12:00:00Z", "2024-03-30T12:00:00.000Z",
       "2024-03-30T22:00:00.000Z"},
      {"Asia/Beirut", "yesterday", "2024-03-30T12:00:00Z", "2024-03-30T22:00:00.000Z",
       "2024-03-31T21:00:00.000Z"},
      {"Asia/Beirut", "today", "2024-10-26T20:30:00Z", "2024-10-26T20:30:00.000Z",
       "2024-10-26T22:00:00.000Z"},
      {"America/Havana", "today", "2024-11-02T12:00:00Z", "2024-11-02T12:00:00.000Z",
       "2024-11-03T04:00:00.000Z"},
      {"America/Havana", "today", "2024-11-03T05:30:00Z", "2024-11-03T05:30:00.000Z",
       "2024-11-04T05:00:00.000Z"},
      {"America/St_Johns", "today", "2006-10-28T12:00:00Z", "2006-10-28T12:00:00.000Z",
       "2006-10-29T02:30:00.000Z"},
      {"America/St_Johns", "today", "2006-10-29T02:45:00Z", "2006-10-29T02:45:00.000Z",
       "2006-10-30T03:30:00.000Z"},
      {"America/St_Johns", "yesterday", "2006-10-28T12:00:00Z", "2006-10-29T02:30:00.000Z",
       "2006-10-30T03:30:00.000Z"},
      {"Pacific/Apia", "today", "2011-12-29T12:00:00Z", "2011-12-29T12:00:00.000Z",
       "2011-12-30T10:00:00.000Z"},
  };
  for (const Row& row : rows) {
    std::string yaml = with_nodes("        - {node: lead, on: lead_created}\n") +
                       fmt::format("segments:\n  live: count(login, '{}') > 0\n", row.window);
    yaml.replace(yaml.find("UTC"), 3, row.zone);
    Story story(yaml);
    story.tell({fmt::format("{} acme login", row.login), "2030-01-01T00:00:00Z tick"});
    EXPECT_EQ(story.segments(), (Lines{fmt::format("live entered {}", row.entered),
                                       fmt::format("live left {}", row.left)}))
        << row.zone << " " << row.window << " " << row.login;
  }
}

TEST(Fold, segments_are_entered_and_left_at_the_exact_instant) {
  Story story(
      with_nodes("        - {node: lead, on: lead_created}\n") +
      "segments:\n  silent: sum(order_paid.amount, '30d') >= 50 && count(login, '7d') == 0\n");
  story.tell({"2025-01-01T00:00:00Z acme login", "2025-01-02T00:00:00Z acme order_paid amount=50",
              "2025-03-01T00:00:00Z tick"});
  EXPECT_EQ(story.segments(), (Lines{"silent entered 2025-01-08T00:00:00.000Z",
                                     "silent left 2025-02-01T00:00:00.000Z"}));
}

TEST(Fold, comparisons_with_time_fire_at_the_instant_they_flip) {
  Story story(with_nodes(R"yaml(
        - {node: near, when: "renewal - now < duration('30d')"}
        - {node: gone, when: "since(login) >= duration('10d')"}
)yaml"));
  story.tell({"2025-01-01T00:00:00Z acme account_updated renewal=2025-03-01T00:00:00Z",
              "2025-01-25T00:00:00Z acme login", "2025-06-01T00:00:00Z tick"});
  EXPECT_EQ(story.transitions(), (Lines{"main.near entered 1 2025-01-30T00:00:00.001Z #2",
                                        "main.gone entered 1 2025-02-04T00:00:00.000Z #2"}));
}

TEST(Fold, attributes_are_set_kept_and_cleared) {
  Story story(
      with_nodes("        - {node: key, when: \"size == 'key' && industry == 'beauty'\"}\n"),
      {"industry", "has(account.industry)"});
  story.tell({"2025-01-01T00:00:00Z acme account_updated size=key",
              "2025-01-02T00:00:00Z acme account_updated industry=beauty"});
  EXPECT_EQ(story.transitions(), (Lines{"main.key entered 1 2025-01-02T00:00:00.000Z #2"}));
  EXPECT_EQ(story.query(0), "beauty");
  story.tell({"2025-01-03T00:00:00Z acme account_updated industry=null"});
  EXPECT_EQ(story.query(0), "error");
  EXPECT_EQ(story.query(1), "false");
}

TEST(Fold, a_division_by_zero_is_not_true) {
  Story story(with_nodes("        - {node: rich, when: \"10 / count(order_paid) > 2\"}\n"));
  story.tell({"2025-01-01T00:00:00Z acme login", "2025-01-02T00:00:00Z acme order_paid amount=1"});
  EXPECT_EQ(story.transitions(), (Lines{"main.rich entered 1 2025-01-02T00:00:00.000Z #2"}));
}

TEST(Fold, linked_accounts_are_what_one_account_would_have_been) {
  const std::string yaml = with_nodes(R"yaml(
        - {node: lead, on: lead_created}
        - {node: active, when: "count(order_paid, '30d') >= 2", due: 5d}
)yaml");
  Story story(yaml);
  story.tell({"2025-01-01T00:00:00Z lead7 lead_created",
              "2025-01-03T00:00:00Z acme order_paid amount=1",
              "2025-01-04T00:00:00Z lead7 order_paid amount=1",
              "2025-01-09T00:00:00Z lead7 login"});  // lead7 is overdue by now.
  EXPECT_EQ(story.transitions("lead7").size(), 2U);
  story.tell({"2025-01-10T00:00:00Z acme link from=lead7"});
  EXPECT_EQ(story.transitions("lead7"), Lines{});
  EXPECT_EQ(story.transitions(), (Lines{"main.lead entered 1 2025-01-01T00:00:00.000Z #1",
                                        "main.active entered 1 2025-01-04T00:00:00.000Z #3"}));
  EXPECT_EQ(story.account("lead7"), story.account("acme"));
  EXPECT_TRUE(story.effects().linked.at(0).refolded);
  // What comes for the alias later is the account's.
  story.tell({"2025-01-11T00:00:00Z lead7 login"});
  EXPECT_EQ(story.fold().last_seq(story.account("acme")), 6U);
}

// Resolving comes before applying, so a batch may still name the alias after its link.
TEST(Fold, events_behind_a_link_in_one_batch_are_the_accounts_own) {
  const playbook::Playbook book = load(with_nodes("        - {node: lead, on: lead_created}\n"));
  Fold fold(book);
  EventBatch batch;
  batch.seq_first = 1;
  Event link;
  link.type = playbook::event_link;
  link.account = batch.add_text("acme");
  batch.cells.push_back(text_cell(batch.add_text("lead7")));
  Event login;
  while (book.schema.events[login.type].name != "login") ++login.type;
  login.cells = 1;
  login.account = batch.add_text("lead7");
  login.member = batch.add_text("ann");
  batch.events = {link, login};
  Effects effects;
  fold.resolve(batch);
  fold.apply(batch, effects);
  const AccountNumber acme = *fold.find_account("acme");
  EXPECT_EQ(fold.find_account("lead7"), acme);
  EXPECT_TRUE(fold.is_live(acme));
  ASSERT_EQ(effects.members.size(), 1U);
  EXPECT_EQ(effects.members[0].account, acme);
  EXPECT_EQ(effects.members[0].id, "ann");
}

// What time alone would have done between the last event and the clock is done anew as well.
TEST(Fold, a_linked_account_moves_on_to_the_clock_of_both) {
  Story story(with_nodes(R"yaml(
        - {node: lead, on: lead_created}
        - {node: signed, on: contract_signed, due: 5d}
)yaml"));
  story.tell({"2025-01-01T00:00:00Z lead7 lead_created", "2025-01-02T00:00:00Z acme login",
              "2025-01-20T00:00:00Z tick", "2025-01-03T00:00:00Z acme link from=lead7"});
  EXPECT_EQ(story.transitions(), (Lines{"main.lead entered 1 2025-01-01T00:00:00.000Z #1",
                                        "main.signed overdue 0 2025-01-06T00:00:00.000Z #2"}));
  EXPECT_EQ(format_instant(story.fold().clock(story.account())), "2025-01-20T00:00:00.000Z");
}

TEST(Fold, a_fold_of_queries_only_answers_without_a_lifecycle) {
  const playbook::Playbook book = load(with_nodes("        - {node: lead, on: lead_created}\n") +
                                       "segments:\n  busy: count(login) > 1\n");
  const cel::Scope scope{.use = cel::Use::query, .schema = &book.schema, .metrics = {}};
  FoldOptions options;
  options.queries_only = true;
  options.queries.push_back(*cel::compile("count(login, '7d')", {}, scope, std::nullopt).rule);
  Fold fold(book, std::move(options));
  EventBatch batch;
  batch.seq_first = 1;
  Event login;
  while (book.schema.events[login.type].name != "login") ++login.type;
  login.account = batch.add_text("acme");
  batch.events = {login, login};
  Effects effects;
  fold.resolve(batch);
  fold.apply(batch, effects);
  cel::Arena arena;
  EXPECT_EQ(fold.query({0}, 0, arena).as_integer(), 2);
  EXPECT_TRUE(effects.transitions.empty());
  EXPECT_TRUE(effects.segments.empty());
}

TEST(Fold, a_tick_before_an_account_begins_does_not_make_it_late) {
  Story story(with_nodes("        - {node: lead, on: lead_created}\n"));
  story.tell({"2025-01-01T00:00:00Z other login", "2025-06-01T00:00:00Z tick",
              "2025-02-01T00:00:00Z acme lead_created", "2025-02-01T00:00:00Z other lead_created"});
  EXPECT_EQ(story.transitions(), (Lines{"main.lead entered 1 2025-02-01T00:00:00.000Z #2"}));
  EXPECT_EQ(story.transitions("other"), (Lines{"main.lead entered 1 2025-06-01T00:00:00.000Z #3"}));
}

TEST(Fold, an_optional_node_may_be_passed_by) {
  Story story(with_nodes(R"yaml(
        - {node: lead, on: lead_created}
        - {node: visited, on: login, optional: true}
        - {node: signed, on: contract_signed}
)yaml"));
  story.tell(
      {"2025-01-01T00:00:00Z acme lead_created", "2025-01-02T00:00:00Z acme contract_signed"});
  EXPECT_EQ(story.fold().at(story.account(), 0), 2);
}

}  // namespace
}  // namespace pharos::engine
