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
    state.account_is_changed[number] = 0;
    if (state.live[number] != 0) effects.accounts.push_back(fold.account_row({number}));
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
  constexpr std::size_t ahead = 12;  // Far enough for a record to arrive from memory.
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    if (i + ahead < batch.events.size())
      __builtin_prefetch(state_->record(batch.events[i + ahead].account_number));
    if (batch.events[i].type == playbook::event_link) {
      apply_link(*state_, batch, i, effects);
    } else {
      apply_event(*state_, batch, i, batch.seq_first + i, effects);
    }
  }
  collect_rows(*this, *state_, effects);
}

void Fold::tick(Instant now, Effects& effects) {
  if (now < state_->tick_at) return;
  for (std::uint32_t a = 0; a < state_->timers.size(); ++a)
    if (state_->timers[a] <= now) run_timers(*state_, {a}, now, effects);
  state_->tick_at = now;
  ++state_->ticks;
}

void Fold::tick(AccountNumber account, Instant now, Effects& effects) {
  if (!is_live(account) || now <= clock(account)) return;
  run_timers(*state_, account, now, effects);
  state_->record(account)[word_clock] = now.ms;
}

std::size_t Fold::account_count() const {
  return state_->alias_of.size();
}
std::size_t Fold::member_count() const {
  return state_->member_account.size();
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
  return state_->alias_of[account.value] != account;
}
AccountNumber Fold::root(AccountNumber account) const {
  return state_->root(account);
}
AccountNumber Fold::account_of(MemberNumber member) const {
  return state_->member_account[member.value];
}
std::string_view Fold::member_id(MemberNumber member) const {
  return MemberKey::id_of(state_->members.view(member.value));
}
bool Fold::is_live(AccountNumber account) const {
  return state_->live[account.value] != 0;
}
Instant Fold::clock(AccountNumber account) const {
  return state_->clock(account);
}
Instant Fold::first_at(AccountNumber account) const {
  return {state_->record(account)[word_first_at]};
}
Instant Fold::next_timer(AccountNumber account) const {
  return state_->timers[account.value];
}
std::uint64_t Fold::last_seq(AccountNumber account) const {
  return static_cast<std::uint64_t>(state_->record(account)[word_seq]);
}

Standing Fold::standing(AccountNumber account, std::uint32_t node) const {
  const std::int64_t* words = state_->record(account);
  const NodePlan& plan = state_->plan.nodes[node];
  const std::int64_t status = words[plan.status];
  return {.held = (status & flag_held) != 0,
          .overdue = (status & flag_overdue) != 0,
          .entry = static_cast<std::uint32_t>(status >> status_entry_shift),
          .entered_at = {words[plan.entered_at]},
          .released_at = plan.released_at == none ? instant_min : Instant{words[plan.released_at]}};
}

std::int32_t Fold::at(AccountNumber account, std::uint32_t track) const {
  return state_->at(account, track);
}
bool Fold::in_segment(AccountNumber account, std::uint32_t segment) const {
  return state_->in_segment(account, segment);
}

AccountRow Fold::account_row(AccountNumber account) const {
  const std::int64_t* words = state_->record(account);
  AccountRow row{.account = account,
                 .id = std::string(account_id(account)),
                 .first_at = first_at(account),
                 .seq = static_cast<std::uint64_t>(words[word_changed]),
                 .attributes = {},
                 .text = {}};
  row.attributes.assign(words + word_attributes,
                        words + word_attributes + state_->plan.attribute_count);
  own_text(row.attributes, state_->playbook->schema.attributes, state_->series.symbols, row.text);
  return row;
}

MemberRow Fold::member_row(MemberNumber member) const {
  const std::size_t count = state_->playbook->member_attributes.size();
  MemberRow row{.member = member,
                .account = account_of(member),
                .id = std::string(member_id(member)),
                .first_at = state_->member_first[member.value],
                .attributes = {},
                .text = {}};
  const auto from =
      state_->member_cells.begin() + static_cast<std::ptrdiff_t>(count * member.value);
  row.attributes.assign(from, from + static_cast<std::ptrdiff_t>(count));
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
  const std::int64_t* record = state.record(account);
  for (const NodePlan& node : state.plan.nodes) {
    words.push_back(record[node.status]);
    words.push_back(record[node.entered_at]);
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
  return s.records.size() * State::chunk_accounts * s.plan.record_words * 8 +
         s.series.buffers.bytes() + s.accounts.memory_bytes() + s.members.memory_bytes() +
         s.series.symbols.memory_bytes() + s.timers.capacity() * 8 + s.alias_of.capacity() * 4 +
         s.member_first.capacity() * 12 + s.member_cells.capacity() * 8;
}

}  // namespace pharos::engine
