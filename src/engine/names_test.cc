// engine/names_test.cc: numbers are dense, stable and given once.
#include "engine/names.h"

#include <gtest/gtest.h>

#include <string>

namespace pharos::engine {
namespace {

TEST(Names, numbers_follow_the_order_of_first_meeting_and_stay) {
  Names names;
  EXPECT_FALSE(names.find("a"));
  for (std::uint32_t i = 0; i < 5'000; ++i) EXPECT_EQ(names.add("id-" + std::to_string(i)), i);
  for (std::uint32_t i = 0; i < 5'000; ++i) {
    EXPECT_EQ(names.add("id-" + std::to_string(i)), i);
    EXPECT_EQ(names.find("id-" + std::to_string(i)), i);
    EXPECT_EQ(names.view(i), "id-" + std::to_string(i));
  }
  EXPECT_FALSE(names.find("id-5000"));
  EXPECT_EQ(names.size(), 5'000U);
}

TEST(Names, empty_long_and_binary_texts_are_names_too) {
  Names names;
  const std::string texts[] = {"", std::string(200'000, 'x'), std::string("\0", 1),
                               std::string("\0\0", 2)};
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(names.add(texts[i]), i);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(names.view(i), texts[i]);
}

}  // namespace
}  // namespace pharos::engine
