// engine/fold.cc: each event in its turn, behind the timers that are due before it.
#include "engine/fold.h"

#include <algorithm>

#include "base/hash.h"
#include "engine/link.h"
#include "engine/resolve.h"
#include "engine/settle.h"
#include "engine/state.h"
#include "engine/step.h"

namespace pharos::engine {
namespace {

// The rows of accounts and members that changed in a batch, once each.
void collect_rows(Fold& fold, State& state, Effects& effects) {
  for (const std::uint32_t number : state.accounts_changed) {
    Head& head = state.head({number});
    head.is_changed = 0;
    if (head.is_live != 0) effects.accounts.push_back(fold.account_row({number}));
  }
  for (const std::uint32_t number : state.members_changed) {
    state.member_is_changed[number] = 0;
    if (state.member_first[number] != never) effects.members.push_back(fold.member_row({number}));
  }
  state.accounts_changed.clear();
  state.members_changed.clear();
}

// Symbols in cells become text of the row's own.
void own_text(std::vector<Cell>& cells, const std::vector<cel::Property>& properties,
              const Names& symbols, std::string& text) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] == cell_absent || properties[i].type != cel::PropertyType::string) continue;
    const std::string_view value = symbols.view(static_cast<std::uint32_t>(cells[i]));
    cells[i] = text_cell(
        {static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(value.size())});
    text += value;
  }
}

}  // namespace

Fold::Fold(const playbook::Playbook& playbook, FoldOptions options)
    : state_(std::make_unique<State>(playbook, std::move(options))) {}
Fold::Fold(Fold&&) noexcept = default;
Fold& Fold::operator=(Fold&&) noexcept = default;
Fold::~Fold() = default;

void Fold::trace(Tracer tracer) {
  state_->tracer = std::move(tracer);
}

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
  if (batch.tick != instant_min) tick(batch.tick, effects);
  constexpr std::size_t ahead = 8;                   // Far enough for a line to arrive from memory.
  const auto is_next_account = [&](std::size_t i) {  // Or what it needs was asked for already.
    return i < batch.events.size() &&
           batch.events[i].account_number != batch.events[i - 1].account_number;
  };
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    if (is_next_account(i + 2 * ahead)) fetch_event(*state_, batch.events[i + 2 * ahead]);
    if (is_next_account(i + ahead)) fetch_blocks(*state_, batch.events[i + ahead]);
    if (batch.events[i].type == playbook::event_link) {
      apply_link(*state_, batch, i, effects);
    } else {
      apply_event(*state_, batch, i, batch.seq_first + i, effects);
    }
  }
  collect_rows(*this, *state_, effects);
}

void Fold::apply(const EventBatch& batch, std::span<const std::uint64_t> seqs, Effects& effects) {
  State& state = *state_;
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    ASSERT(batch.events[i].type != playbook::event_link);
    apply_event(state, batch, i, seqs[i], effects);
  }
  for (const std::uint32_t number : state.accounts_changed) state.head({number}).is_changed = 0;
  for (const std::uint32_t number : state.members_changed) state.member_is_changed[number] = 0;
  state.accounts_changed.clear();
  state.members_changed.clear();
}

void Fold::tick(Instant now, Effects& effects) {
  State& state = *state_;
  if (now < state.tick_at) return;
  for (std::uint32_t chunk = 0; chunk < state.timers.size(); ++chunk) {
    if (state.timers[chunk] > now) continue;
    Instant least = never;
    const std::uint32_t first = chunk * State::chunk_accounts;
    const auto end = static_cast<std::uint32_t>(
        std::min<std::size_t>(first + State::chunk_accounts, state.accounts.size()));
    for (std::uint32_t a = first; a < end; ++a) {
      if (state.head({a}).timer <= now) run_timers(state, {a}, now, effects);
      least = std::min(least, state.head({a}).timer);
    }
    state.timers[chunk] = least;
  }
  state.tick_at = now;
  ++state.ticks;
}

void Fold::tick(AccountNumber account, Instant now, Effects& effects) {
  if (!is_live(account) || now <= clock(account)) return;
  run_timers(*state_, account, now, effects);
  state_->head(account).clock = now;
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

std::int32_t Fold::at(AccountNumber account, std::uint32_t track) const {
  return state_->at(account, track);
}
bool Fold::in_segment(AccountNumber account, std::uint32_t segment) const {
  return state_->in_segment(account, segment);
}

AccountRow Fold::account_row(AccountNumber account) const {
  const Plan& plan = state_->plan;
  AccountRow row{.account = account,
                 .id = std::string(account_id(account)),
                 .first_at = first_at(account),
                 .seq = state_->head(account).changed,
                 .attributes = {},
                 .text = {}};
  for (std::size_t i = 0; i < plan.attributes.count(); ++i)
    row.attributes.push_back(plan.attributes.get(state_->record(account) + plan.attributes_at, i));
  own_text(row.attributes, state_->playbook->schema.attributes, state_->series.symbols, row.text);
  return row;
}

MemberRow Fold::member_row(MemberNumber member) const {
  MemberRow row{.member = member,
                .account = account_of(member),
                .id = std::string(member_id(member)),
                .first_at = state_->member_first[member.value],
                .attributes = {},
                .text = {}};
  for (std::size_t i = 0; i < state_->member_layout.count(); ++i)
    row.attributes.push_back(state_->member_layout.get(state_->member_row(member), i));
  own_text(row.attributes, state_->playbook->member_attributes, state_->series.symbols, row.text);
  return row;
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
    hash = Series(state.plan, s, state.record(account), state.series).digest(now, hash);
  return hash;
}

std::uint64_t Fold::evaluations() const {
  return state_->evaluations;
}

std::size_t Fold::memory_bytes() const {
  const State& s = *state_;
  return s.records.size() * State::chunk_accounts * s.plan.record_bytes + s.series.pool.bytes() +
         s.accounts.memory_bytes() + s.members.memory_bytes() + s.series.symbols.memory_bytes() +
         s.timers.capacity() * sizeof(Instant) + s.alias_of.capacity() * sizeof(AccountNumber) +
         s.member_first.capacity() * sizeof(Instant) + s.member_is_changed.capacity() +
         s.member_cells.capacity();
}

}  // namespace pharos::engine
