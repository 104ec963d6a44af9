// history/gathered.h: the events of one type in the order of the journal, before they are sorted.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "history/builder.h"

namespace pharos::history {

struct Builder::Gathered {
  template <class T>
  using Column = std::vector<T, journal::MappedAllocator<T>>;

  Gathered(std::size_t property_count, journal::MappedHeap* heap)
      : accounts(heap),
        times(heap),
        seqs(heap),
        members(heap),
        id_numbers(heap),
        id_texts(heap),
        cells(property_count, Column<std::int64_t>(heap)),
        codes(property_count, Column<std::uint32_t>(heap)),
        extra_events(heap),
        extras(heap) {}

  Column<std::uint32_t> accounts;  // The journal's numbers.
  Column<std::int64_t> times;
  Column<std::uint32_t> seqs;
  Column<std::uint32_t> members;
  bool has_members = false;
  // Ids are numbers as long as all of them are plain decimals.
  bool ids_are_numbers = true;
  Column<std::int64_t> id_numbers;
  TextList id_texts;
  std::vector<Column<std::int64_t>> cells;
  std::vector<Column<std::uint32_t>> codes;  // Beside: one of the two for each property.

  Column<std::uint32_t> extra_events;  // Those that have undeclared properties.
  TextList extras;                     // Their JSON.

  // What is made of them.
  std::vector<Position> owners;
  std::vector<std::uint32_t> starts;
  std::vector<std::uint32_t> sorted_extra_events;
  TextList sorted_extras;

  void sort_extras(const std::vector<std::uint32_t>& order);

  void add_id(std::string_view id);
};

}  // namespace pharos::history
