// demo/market_test.cc: the demo's market is repeatable, in order, and looks like a market.
#include "demo/market.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/hash.h"

namespace pharos::demo {
namespace {

cel::Property property(std::string name, cel::PropertyType type,
                       std::vector<std::string> values = {}) {
  return {std::move(name), type, std::move(values)};
}

playbook::Playbook marketplace() {
  using enum cel::PropertyType;
  playbook::Playbook playbook;
  playbook.schema.zone = *Zone::find("Asia/Shanghai");
  playbook.schema.attributes = {property("industry", string),
                                property("size", enum_, {"smb", "mid", "key"})};
  playbook.schema.events = {
      {"account_updated", playbook.schema.attributes},
      {"member_updated", {}},
      {"link", {property("from", string)}},
      {"lead_created", {}},
      {"contract_signed", {}},
      {"store_opened", {}},
      {"product_listed", {}},
      {"order_paid", {property("amount", money), property("category", string)}},
      {"order_refunded", {property("amount", money)}},
      {"login", {}},
      {"ad_spent", {property("amount", money), property("product", enum_, {"top", "side"})}},
  };
  return playbook;
}

constexpr Instant until{1'767'196'800'000};  // 2026-01-01 00:00 in Shanghai.

MarketOptions small(std::uint64_t seed = 618) {
  return {.seed = seed, .merchants = 400, .days = 365, .volume = 1'000, .until = until};
}

struct Stream {
  std::uint64_t hash = 0;
  std::uint64_t count = 0;
  std::map<std::string, std::uint64_t> by_type;
  std::map<std::string, std::set<std::string>> accounts_by_type;
};

Stream run(const playbook::Playbook& playbook, const MarketOptions& options) {
  const Market market(playbook, options);
  Stream stream;
  Instant last = instant_min;
  std::set<std::string> ids;
  const Result<> done = market.each_batch([&](engine::EventBatch batch) -> Result<> {
    EXPECT_LE(batch.events.size(), engine::batch_events_max);
    stream.hash = hash64(batch.text, stream.hash);
    for (const engine::Event& event : batch.events) {
      const cel::EventType& type = playbook.schema.events.at(event.type);
      EXPECT_GE(event.time, last);
      last = event.time;
      EXPECT_LE(event.cells + type.properties.size(), batch.cells.size());
      EXPECT_TRUE(ids.emplace(batch.view(event.id)).second);
      stream.by_type[type.name] += 1;
      stream.accounts_by_type[type.name].emplace(batch.view(event.account));
      stream.count += 1;
      stream.hash ^= hash64(batch.view(event.id), static_cast<std::uint64_t>(event.time.ms));
    }
    return {};
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(stream.count, market.event_count());
  EXPECT_LE(last, options.until);
  return stream;
}

TEST(Market, is_the_same_for_the_same_seed_only) {
  const playbook::Playbook playbook = marketplace();
  const Stream first = run(playbook, small());
  EXPECT_EQ(first.hash, run(playbook, small()).hash);
  EXPECT_NE(first.hash, run(playbook, small(7)).hash);
}

TEST(Market, loses_accounts_step_by_step) {
  const Stream stream = run(marketplace(), small());
  const auto accounts = [&](const char* type) { return stream.accounts_by_type.at(type).size(); };
  EXPECT_EQ(accounts("account_updated"), 400U);
  EXPECT_EQ(accounts("lead_created"), 400U);
  EXPECT_LT(accounts("contract_signed"), 240U);
  EXPECT_GT(accounts("contract_signed"), 100U);
  EXPECT_LT(accounts("store_opened"), accounts("contract_signed"));
  EXPECT_LT(accounts("product_listed"), accounts("store_opened"));
  EXPECT_LT(accounts("order_paid"), accounts("product_listed"));
  EXPECT_LT(accounts("ad_spent"), accounts("order_paid"));
  EXPECT_GT(accounts("ad_spent"), 5U);
}

TEST(Market, leaves_out_what_the_playbook_does_not_declare) {
  const Stream stream = run(marketplace(), small());
  EXPECT_FALSE(stream.by_type.contains("order_delivered"));
  EXPECT_FALSE(stream.by_type.contains("link"));
}

TEST(Market, fills_cells_by_the_declared_type) {
  const playbook::Playbook playbook = marketplace();
  const Market market(playbook, small());
  std::uint64_t seen = 0;
  const Result<> done = market.each_batch([&](const engine::EventBatch& batch) -> Result<> {
    for (const engine::Event& event : batch.events) {
      const std::string& name = playbook.schema.events[event.type].name;
      const engine::Cell first = batch.cells.empty() ? 0 : batch.cells[event.cells];
      if (name == "order_paid") {
        EXPECT_GT(first, 0);
        EXPECT_LT(first, 100'000'000);  // A million yuan.
        EXPECT_FALSE(batch.view(engine::text_of(batch.cells[event.cells + 1])).empty());
        ++seen;
      } else if (name == "ad_spent") {
        const engine::Cell product = batch.cells[event.cells + 1];
        EXPECT_TRUE(product == 0 || product == 1);  // Not the demo's own words.
        ++seen;
      } else if (name == "account_updated") {
        const engine::Cell size = batch.cells[event.cells + 1];
        EXPECT_TRUE(size >= 0 && size <= 2);
        ++seen;
      }
    }
    return {};
  });
  EXPECT_TRUE(done);
  EXPECT_GT(seen, 1'000U);
}

TEST(Market, an_error_stops_it) {
  const playbook::Playbook playbook = marketplace();
  const Market market(playbook, small());
  int calls = 0;
  const Result<> done = market.each_batch([&](const engine::EventBatch&) -> Result<> {
    ++calls;
    return fail(ErrorCode::io, "disk full");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "disk full");
  EXPECT_EQ(calls, 1);
}

TEST(Market, may_be_empty) {
  const playbook::Playbook playbook = marketplace();
  EXPECT_EQ(Market(playbook, {.merchants = 0, .until = until}).event_count(), 0U);
  EXPECT_EQ(Market(playbook, {.days = 0, .until = until}).event_count(), 0U);
}

}  // namespace
}  // namespace pharos::demo
