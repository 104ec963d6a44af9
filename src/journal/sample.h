// journal/sample.h: seeded events of the shape that the shared benchmark has, for tests and
// benches.
#pragma once

#include <cmath>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/seeded.h"
#include "cel/schema.h"
#include "engine/event.h"
#include "journal/block.h"
#include "playbook/model.h"

namespace pharos::journal {

inline cel::Schema sample_schema() {
  using cel::PropertyType;
  const cel::Property amount{"amount", PropertyType::money, {}};
  const cel::Property category{"category", PropertyType::string, {}};
  const cel::Property channel{"channel", PropertyType::string, {}};
  cel::Schema schema;
  schema.attributes = {{"size", PropertyType::enum_, {"smb", "mid", "key"}},
                       {"score", PropertyType::double_, {}}};
  schema.events = {{"account_updated", schema.attributes},
                   {"member_updated", {{"role", PropertyType::string, {}}}},
                   {"link", {{"from", PropertyType::string, {}}}},
                   {"order_paid", {amount, category, channel}},
                   {"login", {channel}},
                   {"ad_spend", {amount, category, channel}},
                   {"product_listed", {category}},
                   {"survey_answered",
                    {{"score", PropertyType::double_, {}},
                     {"answers", PropertyType::int_, {}},
                     {"done", PropertyType::bool_, {}},
                     {"asked_at", PropertyType::time, {}},
                     {"mood", PropertyType::enum_, {"good", "fair", "bad"}}}}};
  return schema;
}

// Gives numbers to ids as a fold would, and fills the directory of the next block.
class SampleDirectory {
 public:
  void resolve(engine::EventBatch& batch, Directory& directory) {
    directory.clear();
    directory.account_first = static_cast<std::uint32_t>(accounts_.size());
    directory.member_first = static_cast<std::uint32_t>(members_.size());
    for (engine::Event& event : batch.events) {
      const std::string account(batch.view(event.account));
      const auto [at, is_new] =
          accounts_.try_emplace(account, static_cast<std::uint32_t>(accounts_.size()));
      if (is_new) directory.add_account(account);
      event.account_number = {at->second};
      if (event.type != playbook::event_link) event.account = {};
      if (event.member.size == 0) continue;
      const std::string member(batch.view(event.member));
      const auto [member_at, member_is_new] = members_.try_emplace(
          account + '\n' + member, static_cast<std::uint32_t>(members_.size()));
      if (member_is_new) directory.add_member(event.account_number, member);
      event.member_number = {member_at->second};
    }
  }

 private:
  std::unordered_map<std::string, std::uint32_t> accounts_, members_;
};

class SampleEvents {
 public:
  SampleEvents(std::uint64_t seed, std::uint32_t account_count)
      : seeded_(seed), account_count_(account_count) {}

  // Appends one event with texts, as ingest would.
  void add(engine::EventBatch& batch) {
    static constexpr std::uint32_t types[] = {3, 3, 3, 3, 3, 3, 4, 4, 4, 5, 6, 0, 1, 7};
    const std::uint32_t type = types[seeded_.below(std::size(types))];
    time_ms_ += static_cast<std::int64_t>(-1'577.0 * std::log(1.0 - seeded_.unit()));
    engine::Event event;
    event.time = {time_ms_ - (seeded_.chance(0.01) ? seeded_.between(0, 86'400'000) : 0)};
    event.type = type;
    event.cells = static_cast<std::uint32_t>(batch.cells.size());
    event.id = batch.add_text(std::to_string(++id_));
    // A few accounts have most of the events.
    const double share = seeded_.unit() * seeded_.unit();
    const auto account = 1 + static_cast<std::uint32_t>(share * account_count_);
    event.account = batch.add_text(std::to_string(account));
    if (type == 4 || type == 6 || type == 1)
      event.member = batch.add_text(fmt::format("{}{:02}", account, 1 + seeded_.below(4)));
    add_cells(type, batch);
    if (seeded_.chance(extra_share)) event.extra = batch.add_text("{\"note\":\"none of ours\"}");
    batch.events.push_back(event);
  }

  double extra_share = 0;

 private:
  void add_cells(std::uint32_t type, engine::EventBatch& batch) {
    const auto text = [&](std::string_view prefix, std::uint64_t count) {
      return engine::text_cell(batch.add_text(fmt::format("{}_{}", prefix, seeded_.below(count))));
    };
    const auto real = [](double value) { return std::bit_cast<engine::Cell>(value); };
    const auto money = [&] {
      const double normal = seeded_.unit() + seeded_.unit() + seeded_.unit() + seeded_.unit() - 2;
      return static_cast<engine::Cell>(std::exp(9.2 + 1.4 * normal));
    };
    auto& cells = batch.cells;
    switch (type) {
      case 0:
        cells.push_back(static_cast<engine::Cell>(seeded_.below(3)));
        cells.push_back(seeded_.chance(0.2) ? engine::cell_null : real(seeded_.unit()));
        return;
      case 1: cells.push_back(text("role", 3)); return;
      case 3:
      case 5:
        cells.push_back(money());
        cells.push_back(text("category", 12));
        cells.push_back(seeded_.chance(0.05) ? engine::cell_absent : text("channel", 5));
        return;
      case 4: cells.push_back(text("channel", 4)); return;
      case 6: cells.push_back(text("category", 12)); return;
      default:
        cells.push_back(real(static_cast<double>(seeded_.between(2, 10)) / 2));
        cells.push_back(seeded_.chance(0.5) ? engine::cell_absent : seeded_.between(-5, 5));
        cells.push_back(seeded_.chance(0.5) ? 1 : 0);
        cells.push_back(time_ms_ - 1'000);
        cells.push_back(static_cast<engine::Cell>(seeded_.below(3)));
    }
  }

  Seeded seeded_;
  std::uint32_t account_count_;
  std::int64_t time_ms_ = 1'735'689'600'000;  // 2025-01-01
  std::uint64_t id_ = 0;
};

}  // namespace pharos::journal
