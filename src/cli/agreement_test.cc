// cli/agreement_test.cc: commands that say the same in two ways say the same: on a small market
// under the platform pack.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "cli/answer.h"
#include "cli/packs.h"

namespace pharos::cli {
namespace {

namespace fs = std::filesystem;

class Agreement : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    room_ = fs::temp_directory_path() / fmt::format("pharos-agreement-{}", getpid());
    fs::remove_all(room_);
    fs::create_directories(room_);
    ASSERT_EQ(ask({"demo", shop(), "--merchants", "100"}).exit, Exit::done);
    ASSERT_EQ(ask({"export", shop(), "events", "--format", "ndjson", "--out", events()}).exit,
              Exit::done);
  }
  static void TearDownTestSuite() { fs::remove_all(room_); }

  static std::string shop() { return room_ / "shop"; }
  static std::string events() { return room_ / "events.ndjson"; }
  // A workspace of the same events, imported with these options as well.
  static std::string imported(const std::string& name, std::vector<std::string> options) {
    const std::string dir = room_ / name;
    EXPECT_EQ(ask({"init", dir, "--pack", "platform"}).exit, Exit::done);
    std::vector<std::string> arguments{"import", dir, events()};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Answer answer = ask(arguments);
    EXPECT_EQ(answer.exit, Exit::done) << answer.text;
    return dir;
  }

 private:
  static inline fs::path room_;
};

TEST_F(Agreement, exported_events_give_the_same_transitions) {
  const std::string again = imported("again", {});
  EXPECT_EQ(ask({"export", shop(), "transitions"}).text,
            ask({"export", again, "transitions"}).text);
  EXPECT_EQ(ask({"export", shop(), "members"}).text, ask({"export", again, "members"}).text);
}

TEST_F(Agreement, as_of_is_an_import_until_then) {
  const std::string then = imported("then", {"--until", "2025-09-30"});
  const std::vector<std::string> questions[] = {
      {"report", "nodes", "--json"},
      {"report", "nodes", "--json", "--by", "size,channel", "--where", "industry != 'food'"},
      {"report", "nodes", "--json", "--where", "main.active.entered"},
      {"accounts", "--json", "--columns",
       "sum(order_paid.amount, '30d'), since(login), main.lead.entered_at, main.signed.overdue"},
      {"accounts", "--json", "--count", "--where", "growth(order_paid.amount, '30d') > 0.1"},
  };
  for (std::vector<std::string> question : questions) {
    question.insert(question.begin() + 1, then);
    const Answer wanted = ask(question);
    EXPECT_EQ(wanted.exit, Exit::done) << wanted.text;
    question[1] = shop();
    question.insert(question.end(), {"--as-of", "2025-09-30"});
    EXPECT_EQ(ask(question).text, wanted.text);
  }
}

std::size_t occurrences(std::string_view text, std::string_view piece) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string_view::npos;
       at = text.find(piece, at + piece.size()))
    ++count;
  return count;
}

// The report counts transitions; the rules read the state of the fold.
TEST_F(Agreement, counts_of_the_report_are_those_of_rules) {
  const auto pack = load_pack("platform");
  ASSERT_TRUE(pack);
  std::vector<std::pair<std::string, std::string>> rules;  // With the field that each reads.
  std::string columns;
  for (const playbook::Node& node : pack->playbook->nodes) {
    for (const std::string field : {"entered", "at", "overdue"}) {
      const std::string& track = pack->playbook->tracks[node.track].name;
      rules.emplace_back(fmt::format("{}.{}.{}", track, node.name, field), field);
      columns += (columns.empty() ? "" : ", ") + rules.back().first;
    }
  }
  const std::string accounts = ask({"accounts", shop(), "--json", "--columns", columns}).text;
  const std::string report = ask({"report", shop(), "nodes", "--json"}).text;
  std::size_t from = 0;  // Of the next field: they come in the order of the rules.
  for (const auto& [rule, field] : rules) {
    const std::size_t count = occurrences(accounts, fmt::format("\"{}\": true", rule));
    from = report.find(fmt::format("\"{}\": ", field), from);
    ASSERT_NE(from, std::string::npos);
    EXPECT_TRUE(report.substr(from).starts_with(fmt::format("\"{}\": {},", field, count)))
        << rule << " holds for " << count;
    from += field.size();
  }
}

}  // namespace
}  // namespace pharos::cli
