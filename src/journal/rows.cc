// journal/rows.cc: effects as rows of the derived tables, in the order of their keys.
#include "journal/rows.h"

#include <algorithm>
#include <functional>

#include "base/hash.h"

namespace pharos::journal {
namespace {

using engine::Cell;
using playbook::Playbook;
using store::Bind;
using store::quoted_identifier;

// INSERT INTO table (...) VALUES (...), replacing all but the key.
std::string upsert(std::string_view table, const std::vector<std::string>& columns,
                   std::size_t key_count) {
  std::string names, marks, key, sets;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string name = quoted_identifier(columns[i]);
    names += (i == 0 ? "" : ", ") + name;
    marks += i == 0 ? "?" : ", ?";
    if (i < key_count) {
      key += (i == 0 ? "" : ", ") + name;
    } else {
      sets += fmt::format("{}{} = excluded.{}", sets.empty() ? "" : ", ", name, name);
    }
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}", table,
                     names, marks, key, sets);
}

void bind_attributes(const std::vector<cel::Property>& attributes, const std::vector<Cell>& cells,
                     std::string_view text, std::vector<Bind>& binds) {
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const Cell cell = cells[i];
    if (cell == engine::cell_absent || cell == engine::cell_null) {
      binds.emplace_back(nullptr);
      continue;
    }
    switch (attributes[i].type) {
      case cel::PropertyType::double_: binds.emplace_back(std::bit_cast<double>(cell)); break;
      case cel::PropertyType::string: {
        const engine::TextRef ref = engine::text_of(cell);
        binds.emplace_back(text.substr(ref.offset, ref.size));
        break;
      }
      case cel::PropertyType::enum_:
        binds.emplace_back(std::string_view(attributes[i].values[static_cast<std::size_t>(cell)]));
        break;
      default: binds.emplace_back(cell);
    }
  }
}

std::int64_t slot_bind(std::string_view account) {
  return slot_of(account);
}

// A row of one of the lists of a group, where its key has it.
template <class Row>
struct Placed {
  std::uint16_t slot;
  std::string_view account;
  std::uint32_t order;  // Rows of one account keep theirs.
  const Row* row;
  const Rows* rows;

  bool operator<(const Placed& other) const {
    if (slot != other.slot) return slot < other.slot;
    if (const auto sign = account.compare(other.account); sign != 0) return sign < 0;
    return order < other.order;
  }
};

// The rows of a list in the order of (slot, account), so that those that lie together are written
// together.
template <class Row, class AccountOf>
std::vector<Placed<Row>> by_account(std::span<const Rows> group,
                                    std::vector<Row> engine::Effects::*list,
                                    AccountOf&& account_of) {
  std::vector<Placed<Row>> placed;
  std::uint32_t order = 0;
  for (const Rows& rows : group) {
    const std::vector<Row>& all = rows.effects.*list;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string_view account = account_of(rows, i);
      placed.push_back({slot_of(account), account, order++, &all[i], &rows});
    }
  }
  std::ranges::sort(placed, std::less<>());
  return placed;
}

std::string_view name_of(engine::TransitionKind kind) {
  switch (kind) {
    case engine::TransitionKind::entered: return "entered";
    case engine::TransitionKind::released: return "released";
    case engine::TransitionKind::overdue: return "overdue";
  }
  return "entered";
}

}  // namespace

Rows rows_of(engine::Effects effects, const engine::Fold& fold) {
  Rows rows;
  const auto name = [&](engine::AccountNumber account) {
    const std::string_view id = fold.account_id(account);
    const engine::TextRef ref{static_cast<std::uint32_t>(rows.text.size()),
                              static_cast<std::uint32_t>(id.size())};
    rows.text += id;
    return ref;
  };
  for (const auto& transition : effects.transitions)
    rows.transition_accounts.push_back(name(transition.account));
  for (const auto& change : effects.segments) rows.segment_accounts.push_back(name(change.account));
  for (const auto& member : effects.members) rows.member_accounts.push_back(name(member.account));
  rows.effects = std::move(effects);
  return rows;
}

Result<RowWriter> RowWriter::prepare(store::Database& database, const Playbook& playbook) {
  RowWriter writer;
  writer.playbook_ = &playbook;
  std::vector<std::string> account{"slot", "account", "number", "first_at"};
  for (const auto& attribute : playbook.schema.attributes) account.push_back(attribute.name);
  std::vector<std::string> member{"slot", "account", "member", "number", "first_at"};
  for (const auto& attribute : playbook.member_attributes) member.push_back(attribute.name);
  writer.account_ = TRY(database.prepare(upsert("account", account, 2)));
  writer.member_ = TRY(database.prepare(upsert("member", member, 3)));
  writer.alias_ = TRY(database.prepare(upsert("alias", {"slot", "alias", "account", "number"}, 2)));
  writer.alias_moved_ = TRY(database.prepare("UPDATE alias SET account = ? WHERE account = ?"));
  writer.transition_ =
      TRY(database.prepare("INSERT INTO transition (slot, account, step, track, node, kind, entry,"
                           " at, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  writer.segment_ = TRY(
      database.prepare("INSERT INTO segment_change (slot, account, step, segment, kind, at, seq)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?)"));
  for (const std::string_view table : {"account", "member", "transition", "segment_change"})
    writer.taken_back_.push_back(
        TRY(database.prepare(fmt::format("DELETE FROM {} WHERE slot = ? AND account = ?", table))));
  return writer;
}

RowWriter::Steps& RowWriter::steps_of(engine::AccountNumber account) {
  if (steps_.size() <= account.value) steps_.resize(std::size_t{account.value} + 1);
  return steps_[account.value];
}

void RowWriter::pass(const engine::Effects& effects) {
  for (const auto& linked : effects.linked) {
    if (!linked.refolded) continue;
    steps_of(linked.from) = {};
    steps_of(linked.to) = {};
  }
  for (const auto& transition : effects.transitions) ++steps_of(transition.account).transition;
  for (const auto& change : effects.segments) ++steps_of(change.account).segment;
}

// A link takes rows back, so what comes before it is written before.
Result<> RowWriter::write(std::span<const Rows> group) {
  while (!group.empty()) {
    for (const auto& linked : group[0].effects.linked) TRY(write_link(linked));
    std::size_t count = 1;
    while (count < group.size() && group[count].effects.linked.empty()) ++count;
    const auto part = group.first(count);
    TRY(write_accounts(part));
    TRY(write_members(part));
    TRY(write_transitions(part));
    TRY(write_segments(part));
    group = group.subspan(count);
  }
  return {};
}

Result<> RowWriter::write_link(const engine::Linked& linked) {
  const std::string_view from = linked.from_id, to = linked.to_id;
  if (linked.refolded) {
    for (const std::string_view account : {from, to}) {
      for (const Prepared& statement : taken_back_)
        TRY(statement->run_with(slot_bind(account), account));
    }
    steps_of(linked.from) = {};
    steps_of(linked.to) = {};
  }
  TRY(alias_moved_->run_with(to, from));
  return alias_->run_with(slot_bind(from), from, to, std::int64_t{linked.from.value});
}

Result<> RowWriter::write_accounts(std::span<const Rows> group) {
  const auto account = [](const Rows& rows, std::size_t i) {
    return std::string_view(rows.effects.accounts[i].id);
  };
  const auto placed = by_account(group, &engine::Effects::accounts, account);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    // Of several rows of an account the last one stands.
    if (i + 1 < placed.size() && placed[i + 1].account == placed[i].account) continue;
    const engine::AccountRow& row = *placed[i].row;
    binds_.assign({Bind(std::int64_t{placed[i].slot}), Bind(placed[i].account),
                   Bind(std::int64_t{row.account.value}), Bind(row.first_at.ms)});
    bind_attributes(playbook_->schema.attributes, row.attributes, row.text, binds_);
    TRY(account_->run(binds_));
  }
  return {};
}

Result<> RowWriter::write_members(std::span<const Rows> group) {
  const auto account = [](const Rows& rows, std::size_t i) {
    return rows.view(rows.member_accounts[i]);
  };
  for (const auto& placed : by_account(group, &engine::Effects::members, account)) {
    const engine::MemberRow& row = *placed.row;
    binds_.assign({Bind(std::int64_t{placed.slot}), Bind(placed.account),
                   Bind(std::string_view(row.id)), Bind(std::int64_t{row.member.value}),
                   Bind(row.first_at.ms)});
    bind_attributes(playbook_->member_attributes, row.attributes, row.text, binds_);
    TRY(member_->run(binds_));
  }
  return {};
}

Result<> RowWriter::write_transitions(std::span<const Rows> group) {
  const auto account = [](const Rows& rows, std::size_t i) {
    return rows.view(rows.transition_accounts[i]);
  };
  for (const auto& placed : by_account(group, &engine::Effects::transitions, account)) {
    const engine::Transition& row = *placed.row;
    const playbook::Node& node = playbook_->nodes[row.node];
    TRY(transition_->run_with(
        std::int64_t{placed.slot}, placed.account, std::int64_t{++steps_of(row.account).transition},
        std::string_view(playbook_->tracks[node.track].name), std::string_view(node.name),
        name_of(row.kind), std::int64_t{row.entry}, row.at.ms, static_cast<std::int64_t>(row.seq)));
  }
  return {};
}

Result<> RowWriter::write_segments(std::span<const Rows> group) {
  const auto account = [](const Rows& rows, std::size_t i) {
    return rows.view(rows.segment_accounts[i]);
  };
  for (const auto& placed : by_account(group, &engine::Effects::segments, account)) {
    const engine::SegmentChange& row = *placed.row;
    TRY(segment_->run_with(std::int64_t{placed.slot}, placed.account,
                           std::int64_t{++steps_of(row.account).segment},
                           std::string_view(playbook_->segments[row.segment].name),
                           std::string_view(row.entered ? "entered" : "left"), row.at.ms,
                           static_cast<std::int64_t>(row.seq)));
  }
  return {};
}

}  // namespace pharos::journal
