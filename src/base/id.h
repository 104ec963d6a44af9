// base/id.h: numbers that name things; ids of different things do not mix.
#pragma once

#include <compare>
#include <cstdint>

namespace pharos {

// A dense number given out in order, starting at 0, for indexing columns.
template <class Tag>
struct Index {
  std::uint32_t value = 0;
  auto operator<=>(const Index&) const = default;
};

}  // namespace pharos
