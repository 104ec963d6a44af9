// engine/row.cc: cells out of a record; symbols become text.
#include "engine/row.h"

namespace pharos::engine {
namespace {

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

AccountRow account_row(const State& state, AccountNumber account) {
  const Plan& plan = state.plan;
  const Head& head = state.head(account);
  AccountRow row{.account = account,
                 .id = std::string(state.accounts.view(account.value)),
                 .first_at = head.first_at,
                 .seq = head.changed,
                 .attributes = {},
                 .text = {}};
  row.attributes.reserve(plan.attributes.count());
  for (std::size_t i = 0; i < plan.attributes.count(); ++i)
    row.attributes.push_back(plan.attributes.get(state.record(account) + plan.attributes_at, i));
  own_text(row.attributes, state.playbook->schema.attributes, state.lane_of(account).series.symbols,
           row.text);
  return row;
}

MemberRow member_row(const State& state, MemberNumber member) {
  const AccountNumber account = state.account_of(member);
  MemberRow row{.member = member,
                .account = account,
                .id = std::string(MemberKey::id_of(state.members.view(member.value))),
                .first_at = state.member_first[member.value],
                .attributes = {},
                .text = {}};
  row.attributes.reserve(state.member_layout.count());
  for (std::size_t i = 0; i < state.member_layout.count(); ++i)
    row.attributes.push_back(state.member_layout.get(state.member_row(member), i));
  own_text(row.attributes, state.playbook->member_attributes, state.lane_of(account).series.symbols,
           row.text);
  return row;
}

}  // namespace pharos::engine
