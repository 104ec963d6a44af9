// journal/rows.cc: effects as rows of the derived tables, in the order of their keys.
#include "journal/rows.h"

#include <algorithm>
#include <numeric>

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

// Indexes in the order of (slot, account), so that rows that lie together are written together;
// rows of one account keep their order.
template <class AccountOf>
std::vector<std::uint32_t> order_by_account(std::size_t count, AccountOf&& account_of) {
  struct Key {
    std::uint16_t slot;
    std::string_view account;
    std::uint32_t index;
    auto operator<=>(const Key&) const = default;
  };
  std::vector<Key> keys;
  keys.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i)
    keys.push_back({slot_of(account_of(i)), account_of(i), i});
  std::ranges::sort(keys);
  std::vector<std::uint32_t> order;
  order.reserve(count);
  for (const Key& key : keys) order.push_back(key.index);
  return order;
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

Result<> RowWriter::write(const Rows& rows) {
  for (const auto& linked : rows.effects.linked) TRY(write_link(linked));
  TRY(write_accounts(rows));
  TRY(write_members(rows));
  TRY(write_transitions(rows));
  return write_segments(rows);
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

Result<> RowWriter::write_accounts(const Rows& rows) {
  const auto& accounts = rows.effects.accounts;
  const auto id = [&](std::uint32_t i) { return std::string_view(accounts[i].id); };
  for (const std::uint32_t i : order_by_account(accounts.size(), id)) {
    const engine::AccountRow& row = accounts[i];
    binds_.assign({Bind(slot_bind(row.id)), Bind(std::string_view(row.id)),
                   Bind(std::int64_t{row.account.value}), Bind(row.first_at.ms)});
    bind_attributes(playbook_->schema.attributes, row.attributes, row.text, binds_);
    TRY(account_->run(binds_));
  }
  return {};
}

Result<> RowWriter::write_members(const Rows& rows) {
  const auto& members = rows.effects.members;
  const auto account = [&](std::uint32_t i) { return rows.view(rows.member_accounts[i]); };
  for (const std::uint32_t i : order_by_account(members.size(), account)) {
    const engine::MemberRow& row = members[i];
    binds_.assign({Bind(slot_bind(account(i))), Bind(account(i)), Bind(std::string_view(row.id)),
                   Bind(std::int64_t{row.member.value}), Bind(row.first_at.ms)});
    bind_attributes(playbook_->member_attributes, row.attributes, row.text, binds_);
    TRY(member_->run(binds_));
  }
  return {};
}

Result<> RowWriter::write_transitions(const Rows& rows) {
  const auto& transitions = rows.effects.transitions;
  const auto account = [&](std::uint32_t i) { return rows.view(rows.transition_accounts[i]); };
  for (const std::uint32_t i : order_by_account(transitions.size(), account)) {
    const engine::Transition& row = transitions[i];
    const playbook::Node& node = playbook_->nodes[row.node];
    TRY(transition_->run_with(
        slot_bind(account(i)), account(i), std::int64_t{++steps_of(row.account).transition},
        std::string_view(playbook_->tracks[node.track].name), std::string_view(node.name),
        name_of(row.kind), std::int64_t{row.entry}, row.at.ms, static_cast<std::int64_t>(row.seq)));
  }
  return {};
}

Result<> RowWriter::write_segments(const Rows& rows) {
  const auto& changes = rows.effects.segments;
  const auto account = [&](std::uint32_t i) { return rows.view(rows.segment_accounts[i]); };
  for (const std::uint32_t i : order_by_account(changes.size(), account)) {
    const engine::SegmentChange& row = changes[i];
    TRY(segment_->run_with(slot_bind(account(i)), account(i),
                           std::int64_t{++steps_of(row.account).segment},
                           std::string_view(playbook_->segments[row.segment].name),
                           std::string_view(row.entered ? "entered" : "left"), row.at.ms,
                           static_cast<std::int64_t>(row.seq)));
  }
  return {};
}

}  // namespace pharos::journal
