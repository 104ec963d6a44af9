// ingest/import_test.cc: what an import makes of files: events in order, refused rows, stable ids.
#include "ingest/import.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/seeded.h"
#include "ingest/import_trial.h"
#include "ingest/row.h"

namespace pharos::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view paid_map = R"(
files:
  paid*.csv:
    event: order_paid
    account: shop
    member: buyer
    id: number
    time: at
    props: {amount: amount, category: category, items: items, weight: weight}
)";
constexpr std::string_view paid_header = "number,shop,buyer,at,amount,category,items,weight\n";

TEST(Import, native_events_are_taken_as_they_are) {
  const Folder folder;
  const std::string path = folder.write(
      "events.ndjson",
      R"({"id":"e1","account":"a1","member":"m1","name":"order_paid","time":"2025-01-02T00:00:00Z","props":{"amount":12.30,"category":"shoes","items":2,"weight":0.5}})"
      "\n"
      R"({"time":"2025-01-01T08:00:00+08:00","props":{},"name":"login","account":7,"id":8})"
      "\n"
      R"({"id":"e3","account":"a1","name":"account_updated","time":"2025-01-02T00:00:00Z","props":{"size":"mid","vip":true,"opened_at":"2024-12-31T00:00:00Z"}})"
      "\n"
      R"({"id":"e4","account":"a1","member":"m1","name":"member_updated","time":"2025-01-03T00:00:00Z","props":{"role":null,"note":"n"}})"
      "\n"
      R"({"id":"e5","account":"a1","name":"link","time":"2025-01-04T00:00:00Z","props":{"from":"lead1"}})"
      "\n"
      R"({"id":"e6","account":"a1","name":"login","time":"2025-01-05T00:00:00Z","props":{"device":{"os":"x"},"tries":1.50,"note":null}})"
      "\n");
  const Outcome outcome = try_import(shop(), {.paths = {path}});
  ASSERT_TRUE(outcome.summary) << outcome.error();
  EXPECT_THAT(outcome.rejects, testing::IsEmpty());
  EXPECT_THAT(
      outcome.events,
      ElementsAre("2025-01-04T00:00:00.000Z link a1 from=lead1", "2025-01-01T00:00:00.000Z login 7",
                  "2025-01-02T00:00:00.000Z account_updated a1 size=mid vip=1 "
                  "opened_at=2024-12-31T00:00:00.000Z",
                  "2025-01-02T00:00:00.000Z order_paid a1/m1 amount=12.30 category=shoes "
                  "items=2 weight=0.5",
                  "2025-01-03T00:00:00.000Z member_updated a1/m1 role=null {\"note\":\"n\"}",
                  "2025-01-05T00:00:00.000Z login a1 "
                  "{\"device\":{\"os\":\"x\"},\"tries\":1.50,\"note\":null}"));
  EXPECT_THAT(outcome.ids, ElementsAre("e5", "8", "e3", "e1", "e4", "e6"));
  EXPECT_THAT(outcome.batches, ElementsAre(1, 5));  // Links have batches of their own.
  const ImportSummary& summary = *outcome.summary;
  EXPECT_EQ(summary.rows, 6U);
  EXPECT_EQ(summary.events, 6U);
  EXPECT_EQ(summary.links, 1U);
  EXPECT_EQ(summary.rejected, 0U);
  EXPECT_EQ(format_instant(summary.first_at), "2025-01-01T00:00:00.000Z");
  EXPECT_EQ(format_instant(summary.last_at), "2025-01-05T00:00:00.000Z");
}

TEST(Import, bad_native_rows_are_refused_one_by_one_with_line_code_and_reason) {
  struct Case {
    std::string row;
    std::string_view code;
    std::string_view reason;
  };
  const auto event = [](std::string_view props) {
    return fmt::format(
        R"({{"account":"a","name":"order_paid","time":"2025-01-01T00:00:00Z","props":{}}})", props);
  };
  const std::string long_id(257, 'i');
  const std::vector<Case> cases = {
      {"{", "bad_json", "not a JSON object"},
      {R"({"account":"a","account":"b","name":"login","time":"2025-01-01T00:00:00Z"})", "bad_json",
       "\"account\" stands twice"},
      {R"({"name":"login","time":"2025-01-01T00:00:00Z"})", "missing_field", "account is missing"},
      {R"({"account":"","name":"login","time":"2025-01-01T00:00:00Z"})", "missing_field",
       "account is missing"},
      {R"({"account":"a","time":"2025-01-01T00:00:00Z"})", "missing_field", "name of the event"},
      {R"({"account":"a","name":"login"})", "missing_field", "time is missing"},
      {R"({"account":["a"],"name":"login","time":"2025-01-01T00:00:00Z"})", "wrong_type",
       "account is [\"a\"]"},
      {R"({"account":1.5,"name":"login","time":"2025-01-01T00:00:00Z"})", "wrong_type",
       "account is 1.5"},
      {R"({"account":true,"name":"login","time":"2025-01-01T00:00:00Z"})", "wrong_type",
       "account is true"},
      {fmt::format(R"({{"account":"{}","name":"login","time":"2025-01-01T00:00:00Z"}})", long_id),
       "too_long", "257 bytes; at most 256"},
      {fmt::format(R"({{"id":"{}","account":"a","name":"login","time":"2025-01-01T00:00:00Z"}})",
                   long_id),
       "too_long", "id has 257"},
      {R"({"account":"a","name":"logn","time":"2025-01-01T00:00:00Z"})", "unknown_event",
       "Did you mean \"login\"?"},
      {R"({"account":"a","name":5,"time":"2025-01-01T00:00:00Z"})", "wrong_type",
       "name of the event is 5"},
      {R"({"account":"a","name":"login","time":"2025-01-01T00:00:00"})", "bad_time", "no zone"},
      {R"({"account":"a","name":"login","time":"yesterday"})", "bad_time", "is not a time"},
      {R"({"account":"a","name":"login","time":1735689600})", "bad_time", "is not a time"},
      {R"({"account":"a","name":"login","time":{}})", "wrong_type", "time is {}"},
      {R"({"account":"a","name":"login","time":"2031-01-01T00:00:00Z"})", "future_time",
       "later than 2030"},
      {R"({"account":"a","name":"login","time":"2025-01-01T00:00:00Z","amount":5})",
       "unknown_field", "properties of the event stand in \"props\""},
      {R"({"account":"a","name":"login","time":"2025-01-01T00:00:00Z","memebr":"m"})",
       "unknown_field", "Did you mean \"member\"?"},
      {R"({"account":"a","name":"login","time":"2025-01-01T00:00:00Z","props":[]})", "wrong_type",
       "props is []"},
      {event(R"({"amount":"12,50"})"), "bad_amount", "amount: \"12,50\" is not an amount"},
      {event(R"({"amount":0.001})"), "bad_amount", "more than 2 digit(s)"},
      {event(R"({"amount":1e300})"), "bad_amount", "too large"},
      {event(R"({"amount":"NaN"})"), "bad_amount", "NaN"},
      {event(R"({"amount":true})"), "wrong_type", "amount is true; expected a number"},
      {event(R"({"amount":{"v":1}})"), "wrong_type", "amount is {\"v\":1}"},
      {event(R"({"items":1.5})"), "bad_number", "items is \"1.5\"; expected a whole number"},
      {event(R"({"items":99999999999999999999})"), "bad_number", "whole number"},
      {event(R"({"weight":"inf"})"), "bad_number", "weight is \"inf\"; expected a finite number"},
      {event(R"({"weight":1e999})"), "bad_number", "finite"},
      {event(R"({"category":[]})"), "wrong_type", "category is []; expected a text"},
      {event(fmt::format(R"({{"category":"{}"}})", std::string(32'769, 'c'))), "too_long",
       "category has 32769 bytes"},
      {event(fmt::format(R"({{"note":"{}"}})", std::string(70'000, 'c'))), "too_long",
       "beside the declared"},
      {event("{\"category\":\"\xFF\"}"), "invalid_utf8", "not UTF-8"},
      {R"({"account":"a","name":"account_updated","time":"2025-01-01T00:00:00Z","props":{"size":"middle"}})",
       "unknown_value", "expected one of smb, mid, key"},
      {R"({"account":"a","name":"account_updated","time":"2025-01-01T00:00:00Z","props":{"vip":"maybe"}})",
       "wrong_type", "vip is \"maybe\"; expected true or false"},
      {R"({"account":"a","name":"account_updated","time":"2025-01-01T00:00:00Z","props":{"opened_at":"2025-01-01"}})",
       "bad_time", "opened_at"},
      {R"({"account":"a","name":"member_updated","time":"2025-01-01T00:00:00Z","props":{"role":"x"}})",
       "missing_field", "member is missing"},
      {R"({"account":"a","name":"link","time":"2025-01-01T00:00:00Z","props":{}})", "missing_field",
       "from is missing"},
      {R"({"account":"a","name":"link","time":"2025-01-01T00:00:00Z","props":{"from":"a"}})",
       "bad_link", "linked to itself"},
      {std::string(row_bytes_max + 1, 'x'), "too_long", "longer than"},
  };
  const std::string good = R"({"account":"good","name":"login","time":"2025-01-01T00:00:00Z"})";
  std::string text;
  for (const Case& one : cases) text += one.row + "\n" + good + "\n";
  const Folder folder;
  const std::string path = folder.write("events.ndjson", text);
  const Outcome outcome =
      try_import(shop(), {.paths = {path}, .time_newest = *parse_instant("2030-01-01T00:00:00Z")});
  ASSERT_TRUE(outcome.summary) << outcome.error();
  EXPECT_EQ(outcome.events.size(), cases.size());
  ASSERT_EQ(outcome.rejects.size(), cases.size());
  std::uint64_t counted = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Reject& reject = outcome.rejects[i];
    EXPECT_EQ(reject.file, path);
    EXPECT_EQ(reject.line, 2 * i + 1);
    EXPECT_EQ(name_of(reject.code), cases[i].code) << cases[i].row.substr(0, 200);
    EXPECT_THAT(reject.reason, HasSubstr(std::string(cases[i].reason)));
    if (cases[i].code == "invalid_utf8")
      EXPECT_THAT(reject.row, HasSubstr("\"\xEF\xBF\xBD\""));
    else
      EXPECT_EQ(reject.row, cases[i].row.substr(0, reject_row_bytes_max));
  }
  for (const auto& [code, count] : outcome.summary->rejected_by_code) counted += count;
  EXPECT_EQ(counted, cases.size());
  EXPECT_EQ(outcome.summary->rejected, cases.size());
}

TEST(Import, bad_csv_rows_are_refused_by_the_line_they_begin_on) {
  const Folder folder;
  const std::string path = folder.write(
      "paid.csv", std::string("\xEF\xBB\xBF") + std::string(paid_header) +
                      "1,s1,,2025-01-01T00:00:00Z,1.50,\"a,\"\"b\"\"\nc\",3,\r\n"  // Lines 2 and 3.
                      "2,s1,m,2025-01-01T00:00:01Z\n"            // 4: too few fields.
                      "3,s1,m,2025-01-01T00:00:01Z,1,x,1,1,9\n"  // 5: too many.
                      "\n"
                      "4,,m,2025-01-01T00:00:01Z,1,x,1,1\n"         // 7: no account.
                      "5,s1,m,,1,x,1,1\n"                           // 8: no time.
                      "6,s1,m,2025-01-01T00:00:01Z,1.005,x,1,1\n"   // 9: a third of a cent.
                      "7,s1,m,2025-01-01T00:00:01Z,1,\xFFx,1,1\n"   // 10
                      "8,s1,m,2025-01-01T00:00:01Z,1,\"x\"y,1,1\n"  // 11: text behind a quote.
                      "9,s1,m,2025-01-01T00:00:01Z,1,x,one,1\n"     // 12
                      "10,s1,m,2025-01-01T00:00:02Z, 2 ,x,4,1e1\n"  // 13: good.
                      "11,s1,m,2025-01-01T00:00:01Z,1,\"x,1,1\n");  // 14: the quote stays open.
  const Outcome outcome = try_map(shop(), paid_map, {.paths = {path}});
  ASSERT_TRUE(outcome.summary) << outcome.error();
  EXPECT_THAT(
      outcome.events,
      ElementsAre(
          "2025-01-01T00:00:00.000Z order_paid s1 amount=1.50 category=a,\"b\"\nc items=3",
          "2025-01-01T00:00:02.000Z order_paid s1/m amount=2.00 category=x items=4 weight=10"));
  std::vector<std::string> found;
  for (const Reject& reject : outcome.rejects)
    found.push_back(fmt::format("{} {}", reject.line, name_of(reject.code)));
  EXPECT_THAT(found, ElementsAre("4 wrong_column_count", "5 wrong_column_count", "7 missing_field",
                                 "8 missing_field", "9 bad_amount", "10 invalid_utf8", "11 bad_csv",
                                 "12 bad_number", "14 bad_csv"));
  EXPECT_EQ(outcome.rejects[0].reason, "the row has 4 field(s); the header has 8");
  EXPECT_EQ(outcome.summary->rows, 11U);
}

TEST(Import, several_files_are_one_job_in_order_of_time) {
  const Folder folder;
  const std::string map =
      std::string(paid_map) +
      "  logins.ndjson: {event: login, account: who.shop, time: {column: t, format: unix}}\n"
      "  shops.csv: {event: account_updated, account: shop, time: since, zone: Asia/Shanghai, "
      "props: {size: size}}\n";
  const ImportOptions options{
      .paths = {
          folder.write_gzip(
              "paid-1.csv.gz",
              std::string(paid_header) +
                  "1,a,,2025-01-01T00:00:00Z,1,x,,\n3,a,,2025-01-03T00:00:00Z,3,x,,\n"),
          folder.write("paid-2.csv",
                       std::string(paid_header) +
                           "2,a,,2025-01-01T00:00:00Z,2,x,,\n0,a,,2024-12-31T00:00:00Z,4,x,,\n"),
          folder.write_zstd("logins.ndjson.zst", "{\"who\":{\"shop\":\"a\"},\"t\":1735689600}\n"),
          folder.write("shops.csv", "shop,since,size\na,2025-01-01 08:00:00,key\n")}};
  const Outcome outcome = try_map(shop(), map, options);
  ASSERT_TRUE(outcome.summary) << outcome.error();
  // At equal times updates come first; then the order of the files, and of the rows.
  EXPECT_THAT(outcome.events,
              ElementsAre("2024-12-31T00:00:00.000Z order_paid a amount=4.00 category=x",
                          "2025-01-01T00:00:00.000Z account_updated a size=key",
                          "2025-01-01T00:00:00.000Z order_paid a amount=1.00 category=x",
                          "2025-01-01T00:00:00.000Z order_paid a amount=2.00 category=x",
                          "2025-01-01T00:00:00.000Z login a",
                          "2025-01-03T00:00:00.000Z order_paid a amount=3.00 category=x"));
  ASSERT_EQ(outcome.summary->files.size(), 4U);
  EXPECT_EQ(outcome.summary->files[1].events, 2U);
}

// Many rows in disorder: one thread or several, memory or the spill file, packed or not.
TEST(Import, threads_memory_and_packing_change_nothing) {
  Seeded random(11);
  std::string text(paid_header);
  for (int i = 0; i < 20'000; ++i)
    text += fmt::format("{},s{},,{},{}.{:02},\"c{}\n\",{},\n", i, random.below(50),
                        format_instant({1'735'689'600'000 + random.between(0, 8'000) * 1'000}),
                        random.below(1'000), random.below(100), random.below(9), random.below(5));
  const Folder folder;
  const std::string plain = folder.write("paid.csv", text);
  const Outcome wanted = try_map(shop(), paid_map, {.paths = {plain}});
  ASSERT_TRUE(wanted.summary) << wanted.error();
  EXPECT_EQ(wanted.events.size(), 20'000U);
  EXPECT_TRUE(std::ranges::is_sorted(wanted.events, {},
                                     [](const std::string& event) { return event.substr(0, 24); }));
  const ImportOptions others[] = {
      {.paths = {plain},
       .time_newest = instant_max,
       .memory_bytes_max = 0,
       .temp_dir = folder.path(),
       .threads = 1},
      {.paths = {plain},
       .time_newest = instant_max,
       .memory_bytes_max = 1U << 20,
       .temp_dir = folder.path(),
       .threads = 4},
      {.paths = {folder.write_gzip("paid.csv.gz", text)}},
      {.paths = {folder.write_zstd("paid.csv.zst", text)}},
  };
  for (const ImportOptions& options : others) {
    const Outcome outcome = try_map(shop(), paid_map, options);
    ASSERT_TRUE(outcome.summary) << outcome.error();
    EXPECT_TRUE(outcome.events == wanted.events) << options.paths[0];
    EXPECT_TRUE(outcome.ids == wanted.ids) << options.paths[0];
  }
}

TEST(Import, made_ids_stay_when_a_file_is_imported_again_or_grows) {
  const auto row = [](std::string_view account, std::string_view amount) {
    return fmt::format(
        R"({{"account":"{}","name":"order_paid","time":"2025-01-01T00:00:00Z","props":{{"amount":{}}}}})"
        "\n",
        account, amount);
  };
  const Folder folder;
  const std::string rows = row("a", "1") + row("a", "1") + row("b", "1") + row("a", "2");
  const auto ids = [&](const std::string& text, const std::string& name) {
    Outcome outcome = try_import(shop(), {.paths = {folder.write(name, text)}});
    std::ranges::sort(outcome.ids);
    EXPECT_EQ(std::ranges::unique(outcome.ids).size(), 0U);  // Equal rows count, each.
    return outcome.ids;
  };
  const std::vector<std::string> first = ids(rows, "first.ndjson");
  ASSERT_EQ(first.size(), 4U);
  for (const std::string& id : first) EXPECT_EQ(id[0], '~');
  EXPECT_EQ(ids(rows, "renamed.ndjson"), first);
  const std::vector<std::string> grown = ids(rows + row("a", "1") + row("c", "1"), "grown.ndjson");
  EXPECT_EQ(grown.size(), 6U);
  EXPECT_TRUE(std::ranges::includes(grown, first));
  // One more declared property, or the rows in another order: the same ids.
  playbook::Playbook richer = shop();
  richer.schema.events[4].properties.insert(richer.schema.events[4].properties.begin(),
                                            {"coupon", cel::PropertyType::string, {}});
  Outcome outcome = try_import(
      richer, {.paths = {folder.write("turned.ndjson", row("a", "2") + row("b", "1.00") +
                                                           row("a", "1") + row("a", "1"))}});
  std::ranges::sort(outcome.ids);
  EXPECT_EQ(outcome.ids, first);
}

TEST(Import, a_dry_run_reports_and_emits_nothing) {
  const Folder folder;
  const std::string path = folder.write(
      "paid.csv", std::string(paid_header) + "1,a,,2025-01-01T00:00:00Z,1,x,,\n2,a,,never,1,x,,\n");
  const Outcome outcome = try_map(shop(), paid_map,
                                  {.paths = {path},
                                   .time_newest = instant_max,
                                   .memory_bytes_max = 0,
                                   .temp_dir = "/proc",
                                   .threads = 2,
                                   .dry_run = true});
  ASSERT_TRUE(outcome.summary) << outcome.error();
  EXPECT_TRUE(outcome.events.empty());
  EXPECT_EQ(outcome.summary->events, 1U);
  ASSERT_EQ(outcome.rejects.size(), 1U);
  EXPECT_EQ(outcome.rejects[0].line, 3U);
}

TEST(Import, a_folder_gives_the_files_that_the_map_names) {
  const Folder folder;
  folder.write("paid-b.csv", std::string(paid_header) + "2,b,,2025-01-01T00:00:00Z,1,x,,\n");
  folder.write("paid-a.csv", std::string(paid_header) + "1,a,,2025-01-01T00:00:00Z,1,x,,\n");
  folder.write("notes.txt", "nothing");
  const Outcome outcome =
      try_map(shop(), paid_map, {.paths = {folder.path(), folder.path() + "/paid-a.csv"}});
  ASSERT_TRUE(outcome.summary) << outcome.error();
  EXPECT_THAT(outcome.ids, ElementsAre("1", "2"));  // By name, and each file once.
  EXPECT_THAT(outcome.summary->ignored, ElementsAre(folder.path() + "/notes.txt"));
}

TEST(Import, what_is_wrong_with_a_whole_file_is_an_error_before_anything_is_emitted) {
  const Folder folder;
  const std::string good =
      folder.write("paid-1.csv", std::string(paid_header) + "1,a,,2025-01-01T00:00:00Z,1,x,,\n");
  const std::string other = folder.write("other.csv", "a\n1\n");
  struct Case {
    std::vector<std::string> paths;
    ErrorCode code;
    std::string_view message;
  };
  const Case cases[] = {
      {{}, ErrorCode::invalid, "there is nothing to import: map.yaml names paid*.csv"},
      {{folder.path() + "/none.csv"}, ErrorCode::not_found, "no such file"},
      {{other}, ErrorCode::invalid, "the map does not say what is in it"},
      {{good, folder.write("paid-empty.csv", "")},
       ErrorCode::invalid,
       "its first line must name the columns"},
      {{good, folder.write("paid-bad.csv", "nmber,shop,buyer,at,amount,category,items,weight\n")},
       ErrorCode::invalid,
       "map.yaml:7:9: \"number\" is not a column of"},
      {{good,
        folder.write("paid-twice.csv", "number,shop,buyer,at,amount,category,items,weight,shop\n")},
       ErrorCode::invalid,
       "the column \"shop\" twice"},
      {{good, folder.write("paid-wide.csv", std::string("\xFF\xFEn\0", 4))},
       ErrorCode::invalid,
       "UTF-16"},
      {{good, folder.write("paid-cut.csv.gz", "\x1F\x8B\x08")}, ErrorCode::invalid, "too early"},
  };
  for (const Case& one : cases) {
    const Outcome outcome = try_map(shop(), paid_map, {.paths = one.paths});
    ASSERT_FALSE(outcome.summary) << one.message;
    EXPECT_EQ(outcome.summary.error().code, one.code) << outcome.error();
    EXPECT_THAT(outcome.error(), HasSubstr(std::string(one.message)));
    EXPECT_TRUE(outcome.events.empty());
  }
  const Outcome unmapped = try_import(shop(), {.paths = {good}});
  EXPECT_THAT(unmapped.error(), HasSubstr("needs a map"));
  EXPECT_TRUE(try_import(shop(), {.paths = {folder.write("empty.ndjson", "")}}).summary);
}

TEST(Import, an_error_of_the_sink_ends_it) {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 300'000; ++i)
    text += R"({"account":"a","name":"login","time":"2025-01-01T00:00:00Z"})"
            "\n";
  const playbook::Playbook playbook = shop();
  int calls = 0;
  ImportCallbacks callbacks;
  callbacks.sink = [&](engine::EventBatch&&) -> Result<> {
    return ++calls == 2 ? Result<>(fail(ErrorCode::io, "the disk is full")) : Result<>();
  };
  const auto summary =
      import_files(playbook, {.paths = {folder.write("a.ndjson", text)}}, callbacks);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().message, "the disk is full");
  EXPECT_EQ(calls, 2);
}

TEST(Import, progress_runs_from_nothing_to_all) {
  const Folder folder;
  const std::string path =
      folder.write("a.ndjson", R"({"account":"a","name":"login","time":"2025-01-01T00:00:00Z"})"
                               "\n");
  std::vector<std::string> seen;
  ImportCallbacks callbacks;
  callbacks.sink = [](engine::EventBatch&&) -> Result<> { return {}; };
  callbacks.progress = [&](ImportPhase phase, std::uint64_t done, std::uint64_t total) {
    EXPECT_LE(done, total);
    seen.push_back(fmt::format("{} {}/{}", phase == ImportPhase::reading ? "reading" : "emitting",
                               done, total));
  };
  ASSERT_TRUE(import_files(shop(), {.paths = {path}}, callbacks));
  EXPECT_THAT(seen, ElementsAre("reading 61/61", "emitting 1/1"));
}

}  // namespace
}  // namespace pharos::ingest
