// engine/compact.cc: account by account from the old pool of a lane into its new one.
#include "engine/compact.h"

#include <algorithm>
#include <utility>

namespace pharos::engine {
namespace {

constexpr std::size_t grown_bytes_min = 2U << 20;  // Smaller pools are left as they are.

void compact(State& state, std::size_t lane_index) {
  Lane& lane = *state.lanes[lane_index];
  Pool pool;
  const auto accounts = static_cast<std::uint32_t>(state.accounts.size());
  const auto stride = static_cast<std::uint32_t>(State::group_accounts * state.lanes.size());
  for (auto group = static_cast<std::uint32_t>(State::group_accounts * lane_index);
       group < accounts; group += stride) {
    for (std::uint32_t a = group; a < std::min(group + State::group_accounts, accounts); ++a) {
      const AccountNumber account{a};
      if (!state.is_live(account)) continue;
      state.nodes(account).move_to(pool);
      for (std::uint32_t s = 0; s < state.plan.streams.size(); ++s)
        Series(state.plan, s, state.record(account), lane.series)
            .move_to(pool, state.clock(account));
    }
  }
  lane.series.pool = std::move(pool);
  lane.compact_bytes = lane.series.pool.bytes();
}

}  // namespace

void compact_all(State& state) {
  for (std::size_t lane = 0; lane < state.lanes.size(); ++lane) compact(state, lane);
}

void compact_grown(State& state) {
  for (std::size_t index = 0; index < state.lanes.size(); ++index) {
    const Lane& lane = *state.lanes[index];
    if (lane.series.pool.bytes() < std::max(2 * lane.compact_bytes, grown_bytes_min)) continue;
    return compact(state, index);
  }
}

}  // namespace pharos::engine
