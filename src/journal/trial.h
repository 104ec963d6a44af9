// journal/trial.h: a workspace in a folder of its own, and short ways to tell events, for tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/seeded.h"
#include "journal/workspace.h"
#include "playbook/load.h"
#include "store/database.h"

namespace pharos::journal {

inline constexpr std::string_view trial_playbook = R"yaml(
playbook: trial
model: platform
timezone: Asia/Shanghai
currency: CNY
attributes:
  size: {type: enum, values: [smb, mid, key]}
  credit: {type: money}
  city: {type: string}
members:
  role: {type: string}
events:
  lead_created: {}
  order_paid: {amount: money}
  login: {}
tracks:
  main:
    - stage: all
      nodes:
        - node: lead
          on: lead_created
        - node: active
          when: count(order_paid, '60d') >= 3
          lapse: {when: "count(order_paid, '60d') == 0", to: dormant}
          due: 30d
        - node: dormant
          branch: true
segments:
  buyers: count(order_paid, '60d') >= 1
)yaml";

inline const playbook::Playbook& trial_rules() {
  static const playbook::Playbook book = [] {
    auto loaded = playbook::load({{"trial.yaml", std::string(trial_playbook)}});
    for (const auto& diagnostic : loaded.diagnostics)
      fmt::print("{}\n", format_diagnostic(diagnostic));
    return std::move(loaded.playbook).value();
  }();
  return book;
}

// Events with texts, as ingest hands them over.
class Story {
 public:
  class Teller {
   public:
    explicit Teller(Story& story) : story_(story) {}
    Teller& set(std::string_view property, engine::Cell cell) {
      story_.cell(property) = cell;
      return *this;
    }
    Teller& text(std::string_view property, std::string_view value) {
      return set(property, engine::text_cell(story_.batch_.add_text(value)));
    }
    Teller& member(std::string_view id) {
      story_.batch_.events.back().member = story_.batch_.add_text(id);
      return *this;
    }
    Teller& extra(std::string_view json) {
      story_.batch_.events.back().extra = story_.batch_.add_text(json);
      return *this;
    }

   private:
    Story& story_;
  };

  Teller add(std::string_view id, std::string_view account, std::string_view name,
             std::string_view time) {
    engine::Event event;
    event.id = batch_.add_text(id);
    event.account = batch_.add_text(account);
    event.type = *playbook::find_event(trial_rules(), name);
    event.time = *parse_instant(time);
    event.cells = static_cast<std::uint32_t>(batch_.cells.size());
    batch_.cells.resize(
        batch_.cells.size() + trial_rules().schema.events[event.type].properties.size(),
        engine::cell_absent);
    batch_.events.push_back(event);
    return Teller(*this);
  }
  void link(std::string_view id, std::string_view from, std::string_view to,
            std::string_view time) {
    add(id, to, "link", time).text("from", from);
  }
  // Orders a second apart.
  void orders(std::string_view account, std::string_view time, int count) {
    for (int i = 0; i < count; ++i)
      add(fmt::format("{} {} {}", account, time, i), account, "order_paid",
          format_instant(*parse_instant(time) + i * second))
          .set("amount", 100);
  }
  engine::EventBatch batch() { return std::move(batch_); }

 private:
  engine::Cell& cell(std::string_view property) {
    const engine::Event& event = batch_.events.back();
    const auto& properties = trial_rules().schema.events[event.type].properties;
    const auto at = std::ranges::find(properties, property, &cel::Property::name);
    return batch_.cells[event.cells + static_cast<std::size_t>(at - properties.begin())];
  }
  engine::EventBatch batch_;
};

class Trial : public testing::Test {
 protected:
  struct Random {
    int batches = 10;
    bool links = false;
    int first = 0;  // Number of the first batch: ids differ from those of other calls.
    bool ticks = true;
  };

  void SetUp() override {
    dir_ = testing::TempDir() + "pharos_journal_" + std::to_string(::getpid()) + "_" +
           testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(dir_);
    const auto created = Workspace::create(dir_, {{"trial.yaml", std::string(trial_playbook)}});
    ASSERT_TRUE(created.has_value()) << created.error().message;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  const std::string& dir() const { return dir_; }
  std::unique_ptr<Workspace> open_to_read() const { return opened(Workspace::open_to_read(dir_)); }
  std::unique_ptr<Workspace> open_to_write() const {
    return opened(Workspace::open_to_write(dir_, {}));
  }

  // Behind the workspace's back.
  void change(std::string_view sql) const {
    const auto database = *store::open_sqlite(dir_ + "/pharos.db", store::OpenMode::write);
    const auto result = database->execute(sql);
    EXPECT_TRUE(result.has_value()) << result.error().message;
  }
  // Columns joined by bars; a null is nothing.
  std::vector<std::string> rows(std::string_view sql) const {
    const auto database = *store::open_sqlite(dir_ + "/pharos.db", store::OpenMode::read);
    auto query = database->prepare(sql);
    EXPECT_TRUE(query.has_value()) << query.error().message;
    std::vector<std::string> lines;
    EXPECT_TRUE((*query)->query({}));
    while (*(*query)->step()) {
      std::string line;
      for (int i = 0; i < (*query)->column_count(); ++i)
        line += (i == 0 ? "" : "|") + std::string((*query)->text(i));
      lines.push_back(line);
    }
    return lines;
  }

  // Every event in words: number, id, account, member, name, time, money, the rest.
  static std::vector<std::string> told(Workspace& workspace) {
    std::vector<std::string> lines;
    const auto take = [&](const engine::EventBatch& batch) -> Result<> {
      for (std::size_t i = 0; i < batch.events.size(); ++i) {
        const engine::Event& event = batch.events[i];
        const std::string_view member = batch.view(event.member);
        const cel::EventType& type = workspace.playbook().schema.events[event.type];
        std::string line =
            fmt::format("{} {} {} {} {} {}", batch.seq_first + i, batch.view(event.id),
                        batch.view(event.account), member.empty() ? "-" : member, type.name,
                        format_instant(event.time));
        for (std::size_t p = 0; p < type.properties.size(); ++p) {
          if (type.properties[p].type == cel::PropertyType::money)
            line += fmt::format(" {}={}", type.properties[p].name, batch.cells[event.cells + p]);
        }
        if (event.extra.size > 0) line += fmt::format(" {}", batch.view(event.extra));
        lines.push_back(line);
      }
      return {};
    };
    EXPECT_TRUE(workspace.each_block(take).has_value());
    return lines;
  }

  // Months of ten accounts: late events, equal times, members, attributes, ticks; links if wanted.
  static void append_random(Workspace& workspace, Seeded& seeded, const Random& random) {
    for (int b = random.first; b < random.first + random.batches; ++b) {
      Story story;
      const Instant base = *parse_instant("2025-01-01T00:00:00Z") + b * 10 * day;
      for (int i = 0; i < 30; ++i) {
        const std::string id = fmt::format("{}-{}", b, i);
        const std::string account = fmt::format("acc {}", seeded.below(random.links ? 40 : 10));
        const std::string time = format_instant(
            base + Duration{static_cast<std::int64_t>(seeded.below(20)) * 12 * hour.ms -
                            (seeded.chance(0.1) ? 30 * day.ms : 0)});
        switch (seeded.below(random.links ? 9 : 8)) {
          case 0: story.add(id, account, "lead_created", time); break;
          case 1:
            story.add(id, account, "login", time).member(fmt::format("m{}", seeded.below(3)));
            break;
          case 2:
            story.add(id, account, "account_updated", time)
                .set("size", static_cast<engine::Cell>(seeded.below(3)))
                .text("city", seeded.chance(0.5) ? "Bergen" : "\xE4\xB8\x8A\xE6\xB5\xB7");
            break;
          case 3:
            story.add(id, account, "member_updated", time)
                .member(fmt::format("m{}", seeded.below(3)))
                .text("role", "owner");
            break;
          case 8: story.link(id, fmt::format("acc {}", seeded.below(40)), account, time); break;
          default: story.add(id, account, "order_paid", time).set("amount", 100 + i);
        }
      }
      engine::EventBatch batch = story.batch();
      if (random.ticks && seeded.chance(0.3)) batch.tick = base;
      const auto receipt = workspace.append(std::move(batch));
      ASSERT_TRUE(receipt.has_value()) << receipt.error().message;
    }
    ASSERT_TRUE(workspace.flush().has_value());
  }

 private:
  static std::unique_ptr<Workspace> opened(Result<std::unique_ptr<Workspace>> result) {
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
    return result ? *std::move(result) : nullptr;
  }
  std::string dir_;
};

}  // namespace pharos::journal
