// engine/fold.cc: the door to the state: what goes in, and what can be asked.
#include "engine/fold.h"

#include <algorithm>

#include "base/hash.h"
#include "engine/apply.h"
#include "engine/compact.h"
#include "engine/resolve.h"
#include "engine/row.h"
#include "engine/state.h"
#include "engine/step.h"
#include "engine/view.h"

namespace pharos::engine {
namespace {

// Rows of accounts and members are not wanted.
void forget_rows(State& state) {
  for (const auto& lane : state.lanes) {
    for (const Changed& changed : lane->accounts_changed)
      state.head({changed.number}).is_changed = 0;
    for (const Changed& changed : lane->members_changed)
      state.member_is_changed[changed.number] = 0;
    lane->accounts_changed.clear();
    lane->members_changed.clear();
  }
}

}  // namespace

Fold::Fold(const playbook::Playbook& playbook, FoldOptions options)
    : state_(std::make_unique<State>(playbook, std::move(options))) {}
Fold::Fold(Fold&&) noexcept = default;
Fold& Fold::operator=(Fold&&) noexcept = default;
Fold::~Fold() = default;

AccountNumber Fold::add_account(std::string_view id) {
  return state_->add_account(id);
}
MemberNumber Fold::add_member(AccountNumber account, std::string_view id) {
  return state_->add_member(account, id);
}

void Fold::resolve(EventBatch& batch) {
  resolve_events(*state_, batch);
}

void Fold::apply(const EventBatch& batch, Effects& effects) {
  apply_batch(*state_, batch, effects);
}

void Fold::apply(const EventBatch& batch, std::span<const std::uint64_t> seqs, Effects& effects) {
  State& state = *state_;
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    ASSERT(batch.events[i].type != playbook::event_link);
    apply_event(state, batch, i, seqs[i], effects);
  }
  forget_rows(state);
}

void Fold::take_in(const EventBatch& batch, std::span<const std::uint64_t> seqs) {
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    const Event& event = batch.events[i];
    engine::take_in(*state_, batch, event, seqs[i], event.time);
  }
  forget_rows(*state_);
}

void Fold::tick(Instant now, Effects& effects) {
  tick_all(*state_, now, effects);
}

void Fold::tick(AccountNumber account, Instant now, Effects& effects) {
  if (!is_live(account) || now <= clock(account)) return;
  run_timers(*state_, account, now, effects);
  state_->head(account).clock = now;
}

void Fold::compact() {
  compact_all(*state_);
}

std::size_t Fold::account_count() const {
  return state_->accounts.size();
}
std::size_t Fold::member_count() const {
  return state_->member_first.size();
}

std::optional<AccountNumber> Fold::find_account(std::string_view id) const {
  const auto number = state_->accounts.find(id);
  if (!number) return std::nullopt;
  return state_->root({*number});
}

std::string_view Fold::account_id(AccountNumber account) const {
  return state_->accounts.view(account.value);
}
bool Fold::is_alias(AccountNumber account) const {
  return state_->root(account) != account;
}
AccountNumber Fold::root(AccountNumber account) const {
  return state_->root(account);
}
AccountNumber Fold::account_of(MemberNumber member) const {
  return state_->account_of(member);
}
std::string_view Fold::member_id(MemberNumber member) const {
  return MemberKey::id_of(state_->members.view(member.value));
}
bool Fold::is_live(AccountNumber account) const {
  return state_->is_live(account);
}
Instant Fold::clock(AccountNumber account) const {
  return state_->clock(account);
}
Instant Fold::first_at(AccountNumber account) const {
  return state_->head(account).first_at;
}
Instant Fold::next_timer(AccountNumber account) const {
  return state_->head(account).timer;
}
Instant Fold::next_timer() const {
  Instant least = never;
  for (const auto& lane : state_->lanes)
    for (const Instant timer : lane->timers) least = std::min(least, timer);
  return least;
}
std::uint64_t Fold::last_seq(AccountNumber account) const {
  return state_->head(account).seq;
}

Standing Fold::standing(AccountNumber account, std::uint32_t node) const {
  const Nodes nodes = state_->nodes(account);
  return {.held = nodes.is_held(node),
          .overdue = nodes.is_overdue(node),
          .entry = nodes.entry(node),
          .entered_at = nodes.entered_at(node),
          .released_at = nodes.released_at(node)};
}

bool Fold::is_held(AccountNumber account, std::uint32_t node) const {
  return state_->nodes(account).is_held(node);
}
std::int32_t Fold::at(AccountNumber account, std::uint32_t track) const {
  return state_->at(account, track);
}
bool Fold::in_segment(AccountNumber account, std::uint32_t segment) const {
  return state_->in_segment(account, segment);
}

AccountRow Fold::account_row(AccountNumber account) const {
  return engine::account_row(*state_, account);
}
MemberRow Fold::member_row(MemberNumber member) const {
  return engine::member_row(*state_, member);
}

cel::Value Fold::attribute(AccountNumber account, std::uint32_t index) const {
  return View(*state_, account, clock(account)).attribute(index);
}

cel::Value Fold::query(AccountNumber account, std::uint32_t index, cel::Arena& arena) {
  View view(*state_, account, clock(account));
  return view.evaluate(state_->plan.queries[index], arena);
}

std::vector<cel::Finding> Fold::explain(AccountNumber account, const cel::Rule& rule,
                                        cel::Arena& arena) {
  View view(*state_, account, clock(account));
  for (std::uint32_t r = 0; r < state_->plan.rules.size(); ++r) {
    if (state_->plan.rules[r].rule != &rule) continue;
    view.bind(r);
    return cel::explain(rule, view, arena, state_->playbook->schema);
  }
  return {};
}

std::uint64_t Fold::digest(AccountNumber account) const {
  State& state = *state_;
  if (!is_live(account)) return 0;
  const Instant now = clock(account);
  std::vector<std::int64_t> words{now.ms, first_at(account).ms};
  const Nodes nodes = state.nodes(account);
  for (std::uint32_t n = 0; n < state.plan.nodes.size(); ++n) {
    words.push_back(std::int64_t{nodes.entry(n)} << 2 | (nodes.is_overdue(n) ? 2 : 0) |
                    (nodes.is_held(n) ? 1 : 0));
    words.push_back(nodes.entered_at(n).ms);
  }
  for (std::uint32_t s = 0; s < state.plan.segments.size(); ++s)
    words.push_back(state.in_segment(account, s) ? 1 : 0);
  std::uint64_t hash = hash64({reinterpret_cast<const char*>(words.data()), words.size() * 8});
  const AccountRow row = account_row(account);
  hash = hash64({reinterpret_cast<const char*>(row.attributes.data()), row.attributes.size() * 8},
                hash);
  hash = hash64(row.text, hash64(row.id, hash));
  for (std::uint32_t s = 0; s < state.plan.streams.size(); ++s)
    hash = Series(state.plan, s, state.record(account), state.lane_of(account).series)
               .digest(now, hash);
  return hash;
}

std::uint64_t Fold::evaluations() const {
  std::uint64_t count = 0;
  for (const auto& lane : state_->lanes) count += lane->evaluations;
  return count;
}

std::size_t Fold::memory_bytes() const {
  const State& s = *state_;
  std::size_t bytes = s.records.size() * State::chunk_accounts * s.plan.record_bytes +
                      s.accounts.memory_bytes() + s.members.memory_bytes() +
                      s.alias_of.capacity() * sizeof(AccountNumber) +
                      s.member_first.capacity() * sizeof(Instant) + s.member_is_changed.capacity() +
                      s.member_cells.capacity();
  for (const auto& lane : s.lanes)
    bytes += lane->series.pool.bytes() + lane->series.symbols.memory_bytes() +
             lane->timers.capacity() * sizeof(Instant);
  return bytes;
}

}  // namespace pharos::engine
