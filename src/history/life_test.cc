// history/life_test.cc: an account's events by index are those that a scan of the journal finds.
#include "history/life.h"

#include "journal/trial.h"

namespace pharos::history {
namespace {

class Lives : public journal::Trial {
 protected:
  static std::vector<std::string> told(const journal::Workspace::AccountHistory& account) {
    std::vector<std::string> lines{
        fmt::format("{} clock {}", account.id, format_instant(account.clock))};
    const engine::EventBatch& batch = account.history.batch;
    const cel::Schema& schema = journal::trial_rules().schema;
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      const engine::Event& event = batch.events[i];
      const cel::EventType& type = schema.events[event.type];
      std::string line =
          fmt::format("{} {} {} {} {} {} {}", account.history.seqs[i], batch.view(event.id),
                      batch.view(event.account), batch.view(event.member), type.name,
                      format_instant(event.time), batch.view(event.extra));
      for (std::size_t p = 0; p < type.properties.size(); ++p) {
        const engine::Cell cell = batch.cells[event.cells + p];
        const bool is_text =
            type.properties[p].type == cel::PropertyType::string && cell > engine::cell_null;
        line += is_text ? fmt::format(" '{}'", batch.view(engine::text_of(cell)))
                        : fmt::format(" {}", cell);
      }
      lines.push_back(line);
    }
    return lines;
  }
};

TEST_F(Lives, are_found_by_index_as_by_a_scan) {
  Seeded seeded(8);
  append_random(*open_to_write(), seeded, {.batches = 10});
  {
    journal::Story story;  // Undeclared properties, out of the order of accounts.
    for (const char* account : {"zed", "new 2", "zed", "acc 3"})
      story
          .add(fmt::format("extra {} {}", account, seeded.below(1'000'000)), account, "login",
               fmt::format("2025-09-0{}T00:00:00Z", 1 + seeded.below(9)))
          .member("m1")
          .extra(R"({"device":"phone"})");
    story.add("null", "new 2", "account_updated", "2025-10-01T00:00:00Z")
        .set("size", engine::cell_null);
    ASSERT_TRUE(open_to_write()->append(story.batch()).has_value());
  }
  for (int round = 0; round < 2; ++round) {
    const auto workspace = open_to_read();
    const auto frame = Frame::open(*workspace, dir(), 2, {}).value();
    std::size_t by_index = 0;
    for (Position p = 0; p < frame->account_count(); ++p) {
      const std::string id(frame->directory().id(p));
      EXPECT_EQ(frame->directory().find(id), p);
      const auto indexed = history_of(*frame, p);
      if (!indexed) continue;
      ++by_index;
      EXPECT_EQ(told(*indexed), told(*workspace->history(id)));
    }
    EXPECT_GT(by_index, 1U);
    EXPECT_EQ(frame->directory().find("nobody"), std::nullopt);
    // Once more with some of it in the tail.
    append_random(*open_to_write(), seeded, {.batches = 1, .first = 40});
    journal::Story story;
    story.add("later", "zed", "login", "2026-01-01T00:00:00Z").extra(R"({"late":1})");
    ASSERT_TRUE(open_to_write()->append(story.batch()).has_value());
  }
}

TEST_F(Lives, that_were_linked_are_left_to_the_journal) {
  const auto workspace = open_to_write();
  journal::Story story;
  story.add("1", "lead", "lead_created", "2025-01-01T00:00:00Z");
  story.add("2", "shop", "login", "2025-01-02T00:00:00Z");
  story.link("3", "lead", "shop", "2025-01-03T00:00:00Z");
  story.add("4", "calm", "login", "2025-01-02T00:00:00Z");
  ASSERT_TRUE(workspace->append(story.batch()).has_value());
  const auto frame = Frame::open(*workspace, dir(), 1, {}).value();
  ASSERT_EQ(frame->directory().find("lead"), frame->directory().find("shop"));
  EXPECT_FALSE(history_of(*frame, *frame->directory().find("lead")).has_value());
  EXPECT_TRUE(history_of(*frame, *frame->directory().find("calm")).has_value());
}

}  // namespace
}  // namespace pharos::history
