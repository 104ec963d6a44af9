// journal/history.cc: blocks are read by their account column first, and wholly only where it hits.
#include "journal/history.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "journal/blocks.h"

namespace pharos::journal {
namespace {

using engine::AccountNumber;
using engine::Event;
using engine::EventBatch;
using engine::History;

// For a hint; beyond, looking for it would take longer than it helps.
constexpr std::int64_t hint_candidates_max = 200'000;

std::unexpected<Error> no_account(store::Database& database, std::string_view id) {
  std::vector<std::string> ids;
  auto query = database.prepare("SELECT account FROM account LIMIT ?");
  if (query && (*query)->query_with(hint_candidates_max)) {
    for (auto more = (*query)->step(); more && *more; more = (*query)->step())
      ids.emplace_back((*query)->text(0));
  }
  const std::string hint = did_you_mean(id, ids);
  return fail(ErrorCode::not_found, "there is no account {}{}{}", quoted(id),
              hint.empty() ? "" : ". ", hint);
}

bool contains(const std::vector<AccountNumber>& numbers, AccountNumber account) {
  return std::ranges::find(numbers, account) != numbers.end();
}

std::string_view from_of(const EventBatch& batch, const Event& link) {
  return batch.view(engine::text_of(batch.cells[link.cells]));
}

}  // namespace

Result<Group> find_group(store::Database& database, std::string_view id) {
  Group group;
  group.id = id;
  auto alias = TRY(database.prepare("SELECT account FROM alias WHERE slot = ? AND alias = ?"));
  TRY(alias->query_with(std::int64_t{slot_of(id)}, id));
  if (TRY(alias->step())) group.id = alias->text(0);

  auto account = TRY(database.prepare("SELECT number FROM account WHERE slot = ? AND account = ?"));
  TRY(account->query_with(std::int64_t{slot_of(group.id)}, std::string_view(group.id)));
  if (!TRY(account->step())) return no_account(database, id);
  group.numbers.push_back({static_cast<std::uint32_t>(account->integer(0))});

  auto aliases =
      TRY(database.prepare("SELECT alias, number FROM alias WHERE account = ? ORDER BY alias"));
  TRY(aliases->query_with(std::string_view(group.id)));
  while (TRY(aliases->step())) {
    group.aliases.emplace_back(aliases->text(0));
    group.numbers.push_back({static_cast<std::uint32_t>(aliases->integer(1))});
  }
  return group;
}

void add_to_history(const cel::Schema& schema, const EventBatch& from, std::size_t index,
                    std::uint64_t seq, History& to) {
  Event event = from.events[index];
  const std::uint32_t cells = event.cells;
  const auto& properties = schema.events[event.type].properties;
  event.cells = static_cast<std::uint32_t>(to.batch.cells.size());
  for (std::size_t i = 0; i < properties.size(); ++i) {
    engine::Cell cell = from.cells[cells + i];
    if (properties[i].type == cel::PropertyType::string && cell != engine::cell_absent &&
        cell != engine::cell_null)
      cell = engine::text_cell(to.batch.add_text(from.view(engine::text_of(cell))));
    to.batch.cells.push_back(cell);
  }
  for (engine::TextRef Event::*ref : {&Event::id, &Event::account, &Event::member, &Event::extra}) {
    if ((event.*ref).size > 0) event.*ref = to.batch.add_text(from.view(event.*ref));
  }
  to.batch.events.push_back(event);
  to.seqs.push_back(seq);
}

namespace {

// Puts the life of one group together, link by link.
class Biography {
 public:
  Biography(const playbook::Playbook& playbook, const Group& group)
      : schema_(playbook.schema), group_(group) {
    lives_.resize(group.numbers.size());
    for (std::size_t i = 0; i < lives_.size(); ++i) lives_[i].root = i;
  }

  void take(const Block& block) {
    const EventBatch& batch = block.batch;
    note_members(block.directory);
    if (batch.tick != instant_min) tick_ = std::max(tick_, batch.tick);
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      const Event& event = batch.events[i];
      if (event.type == type_undeclared || !contains(group_.numbers, event.account_number))
        continue;
      if (event.type == playbook::event_link) {
        link(batch, event);
      } else {
        add(batch, i);
      }
    }
  }

  Workspace::AccountHistory end() {
    Life& life = lives_[root_of(0)];
    Workspace::AccountHistory history{.id = group_.id,
                                      .aliases = group_.aliases,
                                      .history = {},
                                      .ticks_before = {},
                                      .clock = std::max(life.clock, tick_)};
    for (const Entry& entry : life.entries) {
      add_to_history(schema_, events_.batch, entry.index, events_.seqs[entry.index],
                     history.history);
      history.ticks_before.push_back(entry.tick);
    }
    return history;
  }

 private:
  struct Entry {
    std::size_t index;  // Into events_.
    Instant tick;
  };
  struct Life {
    std::size_t root = 0;
    std::vector<Entry> entries;
    Instant clock = instant_min;
    Instant tick_least = instant_min;  // The clock that a link moved it to.
  };

  std::size_t root_of(std::size_t life) const {
    while (lives_[life].root != life) life = lives_[life].root;
    return life;
  }
  // The life of an id; none if it is not of the group.
  std::size_t life_of(AccountNumber number) const {
    return root_of(static_cast<std::size_t>(std::ranges::find(group_.numbers, number) -
                                            group_.numbers.begin()));
  }
  std::optional<std::size_t> life_of(std::string_view id) const {
    if (id == group_.id) return root_of(0);
    const auto at = std::ranges::find(group_.aliases, id);
    if (at == group_.aliases.end()) return {};
    return root_of(1 + static_cast<std::size_t>(at - group_.aliases.begin()));
  }

  void note_members(const Directory& directory) {
    for (std::size_t i = 0; i < directory.members.size(); ++i) {
      if (contains(group_.numbers, directory.member_accounts[i]))
        members_.emplace(directory.member_first + i, directory.view(directory.members[i]));
    }
  }

  void add(const EventBatch& batch, std::size_t index) {
    Life& life = lives_[life_of(batch.events[index].account_number)];
    const bool is_first = life.clock == instant_min;
    const Instant tick = is_first ? instant_min : std::max(tick_, life.tick_least);
    life.entries.push_back({events_.batch.events.size(), tick});
    life.clock = std::max({life.clock, tick, batch.events[index].time});
    add_to_history(schema_, batch, index, batch.seq_first + index, events_);
    Event& event = events_.batch.events.back();
    if (event.account.size == 0) {
      const auto number = std::ranges::find(group_.numbers, event.account_number);
      const auto at = static_cast<std::size_t>(number - group_.numbers.begin());
      event.account = events_.batch.add_text(at == 0 ? group_.id : group_.aliases[at - 1]);
    }
    if (event.member_number != engine::no_member)
      event.member = events_.batch.add_text(members_.at(event.member_number.value));
  }

  // As the fold does it: where `from` has events, both lives become one by (time, seq), without the
  // ticks that each had seen, and go on at the later of their clocks.
  void link(const EventBatch& batch, const Event& event) {
    const auto from = life_of(from_of(batch, event));
    const std::size_t to = life_of(event.account_number);
    if (!from || *from == to) return;
    Life& source = lives_[*from];
    Life& target = lives_[to];
    source.root = to;
    if (source.entries.empty()) return;
    const auto clock_now = [&](const Life& life) {
      return life.entries.empty() ? instant_min : std::max(life.clock, tick_);
    };
    const Instant clock = std::max(clock_now(source), clock_now(target));
    target.entries.insert(target.entries.end(), source.entries.begin(), source.entries.end());
    source.entries.clear();
    for (Entry& entry : target.entries) entry.tick = instant_min;
    std::ranges::sort(target.entries, {}, [&](const Entry& entry) {
      return std::pair(events_.batch.events[entry.index].time, events_.seqs[entry.index]);
    });
    target.clock = clock;
    target.tick_least = clock;
  }

  const cel::Schema& schema_;
  const Group& group_;
  History events_;           // Of all lives, in journal order.
  std::vector<Life> lives_;  // Beside group.numbers.
  std::unordered_map<std::uint64_t, std::string> members_;
  Instant tick_ = instant_min;
};

}  // namespace

Result<Workspace::AccountHistory> read_history(store::Database& database,
                                               const playbook::Playbook& playbook,
                                               std::string_view account) {
  const ReadView view(database);
  const Group group = TRY(find_group(database, account));
  Biography biography(playbook, group);
  BlockReader reader(playbook.schema);
  Block block;
  const auto take = [&](const BlockRow& row) -> Result<> {
    TRY(reader.read(row.data, row.number, {.only = &group.numbers}, block));
    biography.take(block);
    return {};
  };
  TRY(each_block_row(database, take));
  return biography.end();
}

History LinkSource::events_of(AccountNumber a, AccountNumber b) {
  if (failure) return {};
  auto history = read(a, b);
  if (history) return *std::move(history);
  failure = history.error();
  return {};
}

Result<History> LinkSource::read(AccountNumber a, AccountNumber b) {
  if (flush) TRY(flush());
  // Both with all their aliases, as the fold numbers them.
  std::vector<AccountNumber> group{a, b};
  for (std::size_t i = 0; i < group.size(); ++i) {
    const auto add = [&](AccountNumber from, AccountNumber to) {
      if (to == group[i] && !contains(group, from)) group.push_back(from);
    };
    for (const Link& link : links) add(link.from, link.to);
    for (const engine::Linked& link : effects->linked) add(link.from, link.to);
  }
  for (AccountNumber& number : group) number = numbering->journal_account(number);

  History history;
  BlockReader reader(playbook->schema);
  Block block;
  const ReadOptions options{.ids = false, .extra = false, .only = &group};
  const auto take = [&](const BlockRow& row) -> Result<> {
    TRY(reader.read(row.data, row.number, options, block));
    for (std::size_t i = 0; i < block.batch.events.size(); ++i) {
      const Event& event = block.batch.events[i];
      const std::uint64_t seq = block.batch.seq_first + i;
      if (event.type == type_undeclared || event.type == playbook::event_link) continue;
      if (seq >= seq_end || event.time > as_of || !contains(group, event.account_number)) continue;
      add_to_history(playbook->schema, block.batch, i, seq, history);
      numbering->to_fold(history.batch.events.back());
    }
    return {};
  };
  TRY(each_block_row(*database, take, seq_end));
  return history;
}

}  // namespace pharos::journal
