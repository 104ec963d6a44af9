// access/password_test.cc: how passwords are kept, and which ones are refused.
#include "access/password.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/common_words.h"

namespace pharos::access {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Password, the_hash_names_its_cost_and_has_a_salt_of_its_own) {
  const std::string a = *hash_password("velvet otter ninety kites", password_cost_least);
  const std::string b = *hash_password("velvet otter ninety kites", password_cost_least);
  EXPECT_THAT(a, StartsWith("$argon2id$v=19$m=8,t=1,p=1$"));
  EXPECT_NE(a, b);
  EXPECT_TRUE(is_password(a, "velvet otter ninety kites"));
  EXPECT_FALSE(is_password(a, "velvet otter ninety kitez"));
  EXPECT_FALSE(is_password("", ""));
  EXPECT_FALSE(is_password("velvet otter ninety kites", "velvet otter ninety kites"));
}

// OWASP's cheat sheet of password storage asks for 19 MiB and two passes, or more.
TEST(Password, the_default_cost_is_enough) {
  const PasswordCost cost;
  EXPECT_GE(cost.memory_kib, 19'456U);
  EXPECT_GE(cost.passes, 2U);
  const std::string hash = *hash_password("velvet otter ninety kites", cost);
  EXPECT_THAT(hash, StartsWith("$argon2id$v=19$m=65536,t=3,p=1$"));
  EXPECT_TRUE(is_password(hash, "velvet otter ninety kites"));
  EXPECT_FALSE(is_outdated(hash, cost));
  EXPECT_TRUE(is_outdated(*hash_password("x", password_cost_least), cost));
}

// ASVS 6.2.8: as it was received. Composed and decomposed e-acute differ, and so do case and
// blanks.
TEST(Password, is_taken_as_it_is_typed) {
  const std::string composed = "caf\xC3\xA9 otter ninety kites";
  const std::string hash = *hash_password(composed, password_cost_least);
  EXPECT_TRUE(is_password(hash, composed));
  EXPECT_FALSE(is_password(hash, "cafe\xCC\x81 otter ninety kites"));
  EXPECT_FALSE(is_password(hash, composed + " "));
  // Past the 72 bytes at which other hashes cut.
  const std::string long_one(128, 'k');
  const std::string long_hash = *hash_password(long_one, password_cost_least);
  EXPECT_FALSE(is_password(long_hash, std::string(127, 'k') + "l"));
}

TEST(Password, length_counts_characters) {
  const auto of_length = [](std::size_t length) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += i % 2 == 0 ? "客" : "商";
    return check_password(text, {});
  };
  EXPECT_FALSE(of_length(7));
  EXPECT_THAT(of_length(11).error().message, HasSubstr("11 characters; take 12 or more"));
  EXPECT_TRUE(of_length(12));
  EXPECT_TRUE(of_length(64));
  EXPECT_TRUE(of_length(128));
  EXPECT_FALSE(of_length(129));
  EXPECT_FALSE(check_password("otter\xFF kites ninety", {}));
}

TEST(Password, what_is_tried_first_is_refused) {
  const std::vector<std::string> own{"wang.li@example.org", "wang.li", "example"};
  for (const std::string_view password :
       {"password1234", "passwordpassword", "Password2026!", "P@ssw0rd2026!", "qwertyuiop123",
        "123456789012", "aaaaaaaaaaaa", "1qaz2wsx3edc", "iloveyou2026", "adminadmin123",
        "abcdefghijkl", "welcome.welcome", "Summer-2026-!!", "pharospharos1", "wang.li123456",
        "wang.li@example.org", "example20262026", "987654321098"})
    EXPECT_FALSE(check_password(password, own)) << password;
}

// No rule of composition: lower case alone, digits alone, other scripts.
TEST(Password, others_are_taken) {
  const std::vector<std::string> own{"wang.li@example.org", "wang.li", "example"};
  for (const std::string_view password :
       {"velvet otter ninety kites", "correct horse battery staple", "830274619583", "tgvkqpzmwxrh",
        "TGVKQPZMWXRH", "春眠不觉晓处处闻啼鸟夜来", "my dragon eats tofu"})
    EXPECT_TRUE(check_password(password, own)) << password;
}

// ASVS 6.2.4 wants the 3,000 most common that are long enough. Each word of the list with each of
// these endings, where it is long enough, is one.
TEST(Password, more_than_three_thousand_common_ones_are_known) {
  std::size_t count = 0;
  for (const std::string_view word : common_words())
    for (const std::string_view ending :
         {"123456", "12345678", "2024", "2025", "2026", "1234567890", "111111", "!2026", "@123456",
          "123123", "654321"}) {
      for (const std::string& password :
           {std::string(word) + std::string(ending),
            std::string(word) + std::string(word) + std::string(ending)}) {
        if (password.size() < password_length_min) continue;
        ++count;
        ASSERT_TRUE(is_common(password, {})) << password;
      }
    }
  EXPECT_GT(count, 3'000U);
}

// Whatever is typed ends soon: a search that tries every division would not.
TEST(Password, a_hostile_one_is_judged_soon) {
  std::string text;
  while (text.size() < 120) text += "passpa";
  text += "zz";
  EXPECT_TRUE(check_password(text, {}));
}

}  // namespace
}  // namespace pharos::access
