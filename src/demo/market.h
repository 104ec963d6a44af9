// demo/market.h: a year of a marketplace, made from a seed: merchants that are won and lost, sell,
// advertise, fall silent and come back. The same on every machine.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "demo/fact.h"
#include "demo/profile.h"
#include "engine/event.h"
#include "playbook/model.h"

namespace pharos::demo {

struct MarketOptions {
  std::uint64_t seed = 618;
  std::uint32_t merchants = 10'000;
  std::uint32_t days = 365;
  std::uint32_t volume = 1'000;  // Orders of all merchants, in thousandths of the usual.
  Instant until;                 // The end of the data; days are those of the playbook's zone.
};

class Market {
 public:
  // Makes all facts that the playbook has events for; about 80 MB for two million of them. The
  // playbook must outlive the market.
  Market(const playbook::Playbook& playbook, const MarketOptions& options);

  std::uint64_t event_count() const { return facts_.size(); }
  // In order of time. Stops at the first error, and returns it.
  Result<> each_batch(const std::function<Result<>(engine::EventBatch)>& take) const;

 private:
  const playbook::Playbook& playbook_;
  const std::uint64_t seed_;
  std::vector<Profile> profiles_;
  std::vector<Fact> facts_;
};

}  // namespace pharos::demo
