// history/sections.h: every array of a part and its directory in one order, so that sizing, filling
// and opening a file walk the same list.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "history/directory.h"
#include "history/part.h"

namespace pharos::history {

// The order in which a column's items are to be taken; null: as they are.
using Order = const std::vector<std::uint32_t>*;

// Calls visit(span&, Order) for each array and visit(Texts&, Order) for each list of texts.
// `orders`: by family; empty where nothing is sorted.
template <class Visit>
void each_section(Part& part, Directory& directory,
                  std::span<const std::vector<std::uint32_t>> orders, Visit visit) {
  for (std::size_t f = 0; f < part.families.size(); ++f) {
    Family& family = part.families[f];
    const Order order = orders.empty() ? nullptr : &orders[f];
    visit(family.owners, nullptr);
    visit(family.starts, nullptr);
    visit(family.times, order);
    visit(family.seqs, order);
    visit(family.members, order);
    visit(family.id_numbers, order);
    visit(family.id_texts, order);
    for (Values& values : family.properties) {
      visit(values.cells, order);
      visit(values.codes, order);
    }
    visit(family.extra_events, nullptr);
    visit(family.extras, nullptr);
  }
  visit(directory.positions, nullptr);
  visit(directory.numbers, nullptr);
  visit(directory.accounts, nullptr);
  visit(directory.slots, nullptr);
  visit(directory.members, nullptr);
  visit(directory.member_codes, nullptr);
  for (Texts& texts : directory.texts) visit(texts, nullptr);
  visit(directory.firsts, nullptr);
  visit(directory.clocks, nullptr);
  visit(directory.irregular, nullptr);
  for (Values& values : directory.attributes) {
    visit(values.cells, nullptr);
    visit(values.codes, nullptr);
  }
  visit(directory.ticks, nullptr);
  visit(directory.joints, nullptr);
}

}  // namespace pharos::history
