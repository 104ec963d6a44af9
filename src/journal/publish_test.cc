// journal/publish_test.cc: a published version rules over the whole history, as if it always had.
#include "journal/publish.h"

#include <gmock/gmock.h>

#include "journal/trial.h"

namespace pharos::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string changed(std::string_view what, std::string_view to) {
  std::string text(trial_playbook);
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), to);
}

class Publishing : public Trial {
 protected:
  Result<PublishReport> publish_text(const std::string& text, PublishOptions options = {}) {
    options.now = *parse_instant("2026-03-01T08:00:00Z");
    return publish(dir(), {{"trial.yaml", text}}, options);
  }
  void tell(std::uint64_t seed) {
    Seeded seeded(seed);
    append_random(*open_to_write(), seeded, {.batches = 12, .links = true});
  }
  std::vector<std::string> all_rows() const {
    std::vector<std::string> all;
    for (const char* table : {"account", "member", "alias", "transition", "segment_change"})
      for (std::string& row : rows(fmt::format("SELECT * FROM {} ORDER BY 1, 2, 3", table)))
        all.push_back(fmt::format("{} {}", table, row));
    return all;
  }
};

const std::string& two_orders() {
  static const std::string text = changed(">= 3", ">= 2");
  return text;
}

// A second workspace lived under the new rules from its first event on.
TEST_F(Publishing, history_is_told_as_if_the_rules_had_always_been_these) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    TearDown();
    SetUp();
    tell(seed);
    const std::vector<std::string> before = all_rows();
    const auto report = publish_text(two_orders());
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->version, 2);
    const std::vector<std::string> after = all_rows();
    EXPECT_NE(after, before);
    EXPECT_THAT(open_to_read()->verify({})->faults, IsEmpty());

    std::filesystem::remove_all(dir());
    ASSERT_TRUE(Workspace::create(dir(), {{"trial.yaml", two_orders()}}));
    tell(seed);
    EXPECT_EQ(all_rows(), after) << "seed " << seed;
  }
}

TEST_F(Publishing, what_comes_later_is_folded_under_the_new_rules) {
  tell(4);
  ASSERT_TRUE(publish_text(two_orders()));
  {
    const auto workspace = open_to_write();
    EXPECT_EQ(workspace->playbook_version(), 2);
    Story story;
    story.add("n0", "fresh", "lead_created", "2026-03-02T00:00:00Z");
    story.orders("fresh", "2026-03-03T00:00:00Z", 2);
    ASSERT_TRUE(workspace->append(story.batch()));
    ASSERT_TRUE(workspace->flush());
  }
  EXPECT_THAT(rows("SELECT node FROM transition WHERE account = 'fresh' ORDER BY step"),
              ElementsAre("lead", "active"));
  EXPECT_THAT(open_to_read()->verify({})->faults, IsEmpty());
}

TEST_F(Publishing, attributes_and_nodes_come_and_go) {
  {
    const auto workspace = open_to_write();
    Story story;
    story.add("a", "acme", "lead_created", "2026-01-01T00:00:00Z");
    story.add("b", "acme", "account_updated", "2026-01-02T00:00:00Z")
        .set("size", 2)
        .text("city", "Xi'an");
    ASSERT_TRUE(workspace->append(story.batch()));
    ASSERT_TRUE(workspace->flush());
  }
  std::string text = changed("  city: {type: string}\n", "  region: {type: string}\n");
  text.replace(text.find("node: lead"), 10, "node: known");
  ASSERT_TRUE(publish_text(text));
  EXPECT_THAT(rows("SELECT size, region FROM account"), ElementsAre("key|"));
  EXPECT_THAT(rows("SELECT name FROM pragma_table_info('account') WHERE name = 'city'"), IsEmpty());
  EXPECT_THAT(rows("SELECT node FROM transition"), ElementsAre("known"));
  EXPECT_THAT(rows("SELECT node FROM transition_readable"), ElementsAre("known"));
  EXPECT_THAT(open_to_read()->verify({})->faults, IsEmpty());
  // The event is as it was: what it said of the city counts again with the first version.
  ASSERT_TRUE(publish_text(std::string(trial_playbook)));
  EXPECT_THAT(rows("SELECT size, city FROM account"), ElementsAre("key|Xi'an"));
  EXPECT_THAT(rows("SELECT version FROM playbook ORDER BY 1"), ElementsAre("1", "2", "3"));
}

TEST_F(Publishing, what_cannot_be_published_changes_nothing) {
  tell(5);
  const std::vector<std::string> before = all_rows();
  const auto expect = [&](const Result<PublishReport>& result, ErrorCode code,
                          std::string_view words) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, code);
    EXPECT_THAT(result.error().message, HasSubstr(words));
    EXPECT_EQ(all_rows(), before);
    EXPECT_THAT(rows("SELECT version FROM playbook"), ElementsAre("1"));
    EXPECT_THAT(open_to_read()->verify({})->faults, IsEmpty());
  };
  expect(publish_text(changed("order_paid, '60d') >= 3", "order_payd, '60d') >= 3")),
         ErrorCode::invalid, "Did you mean");
  expect(publish_text(changed("currency: CNY", "currency: EUR")), ErrorCode::invalid, "currency");
  expect(publish_text(two_orders(), {.now = {}, .version_before = 7}), ErrorCode::conflict,
         "version 1");
  const auto refuse = [](store::Database&, int) -> Result<> {
    return fail(ErrorCode::io, "the audit is full");
  };
  expect(publish_text(two_orders(), {.now = {}, .version_before = 1, .also = refuse}),
         ErrorCode::io, "audit is full");
  const auto writer = open_to_write();
  const auto beside = publish_text(two_orders());
  ASSERT_FALSE(beside);
  EXPECT_EQ(beside.error().code, ErrorCode::unavailable);
}

TEST_F(Publishing, the_same_documents_are_no_new_version) {
  tell(6);
  const auto report = publish_text(std::string(trial_playbook));
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->was_same);
  EXPECT_EQ(report->version, 1);
}

TEST_F(Publishing, versions_are_kept_with_their_documents) {
  ASSERT_TRUE(publish_text(two_orders()));
  const auto database = *store::open_sqlite(dir() + "/pharos.db", store::OpenMode::read);
  EXPECT_EQ(stored_playbook(*database, 1)->sources.at(0).text, trial_playbook);
  EXPECT_EQ(stored_playbook(*database, 0)->sources.at(0).text, two_orders());
  EXPECT_EQ(stored_playbook(*database, 0)->published_at, *parse_instant("2026-03-01T08:00:00Z"));
  EXPECT_EQ(stored_playbook(*database, 9).error().code, ErrorCode::not_found);
  EXPECT_EQ(stored_playbooks(*database)->size(), 2U);
}

}  // namespace
}  // namespace pharos::journal
