// engine/cells_test.cc: every type keeps its whole range, and absence.
#include "engine/cells.h"

#include <gtest/gtest.h>

#include <array>

namespace pharos::engine {
namespace {

TEST(Cells, keep_every_value_of_their_type_and_its_absence) {
  using enum cel::PropertyType;
  const std::vector<cel::Property> properties = {{"vip", bool_, {}},    {"note", string, {}},
                                                 {"seats", int_, {}},   {"size", enum_, {"a", "b"}},
                                                 {"credit", money, {}}, {"open", bool_, {}}};
  const Cells cells(properties);
  EXPECT_EQ(cells.bytes(), 8U + 8U + 4U + 2U + 1U + 1U);
  std::array<std::byte, 24> row;
  cells.clear(row.data());
  for (std::size_t i = 0; i < properties.size(); ++i)
    EXPECT_EQ(cells.get(row.data(), i), cell_absent);
  const std::vector<std::vector<Cell>> rows = {
      {1, 0, -int_property_max, 0, -1, 0},
      {0, 4'000'000'000, int_property_max, 999, cell_absent, 1},
      {cell_absent, 7, 0, cell_absent, 5, cell_absent}};
  for (const std::vector<Cell>& values : rows) {
    for (std::size_t i = 0; i < values.size(); ++i) cells.set(row.data(), i, values[i]);
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(cells.get(row.data(), i), values[i]);
  }
}

}  // namespace
}  // namespace pharos::engine
