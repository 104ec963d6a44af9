// engine/multiset_test.cc: a multiset against the library's.
#include "engine/multiset.h"

#include <gtest/gtest.h>

#include <set>

#include "base/seeded.h"

namespace pharos::engine {
namespace {

TEST(Multiset, counts_different_values_like_a_set_of_them) {
  Pool pool;
  Pool::Handle handle = 0;
  std::multiset<Cell> model;
  Seeded seeded(1);
  for (int i = 0; i < 20'000; ++i) {
    Multiset set(pool, handle);
    if (seeded.below(100) < (i < 10'000 ? 55U : 45U) || model.empty()) {
      const Cell value = seeded.between(-60, 60);
      set.add(value);
      model.insert(value);
    } else {
      auto at = model.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(seeded.below(model.size())));
      set.remove(*at);
      model.erase(at);
    }
    ASSERT_EQ(set.size(), std::set<Cell>(model.begin(), model.end()).size());
  }
  while (!model.empty()) {
    Multiset(pool, handle).remove(*model.begin());
    model.erase(model.begin());
  }
  EXPECT_EQ(handle, 0U);  // An empty one takes nothing.
}

}  // namespace
}  // namespace pharos::engine
