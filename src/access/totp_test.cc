// access/totp_test.cc: RFC 6238's own numbers; drift; one use.
#include "access/totp.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "access/secret.h"

namespace pharos::access {
namespace {

constexpr std::string_view secret = "12345678901234567890";

// Appendix B, SHA-1.
TEST(Totp, codes_are_those_of_the_rfc) {
  const std::pair<std::int64_t, std::string_view> rows[] = {{59, "94287082"},
                                                            {1'111'111'109, "07081804"},
                                                            {1'111'111'111, "14050471"},
                                                            {1'234'567'890, "89005924"},
                                                            {2'000'000'000, "69279037"},
                                                            {20'000'000'000, "65353130"}};
  for (const auto& [seconds, code] : rows) {
    const std::int64_t step = totp_step(Instant{seconds * 1'000});
    EXPECT_EQ(totp_code(secret, step, 8), code) << seconds;
    EXPECT_EQ(totp_code(secret, step), code.substr(2)) << seconds;  // The same number, mod 10^6.
  }
}

TEST(Totp, a_clock_may_be_off_by_one_period) {
  const Instant now{1'111'111'111'000};  // 1 s into period 37037037.
  const std::int64_t present = 37'037'037;
  ASSERT_EQ(totp_step(now), present);
  for (std::int64_t off = -3; off <= 3; ++off) {
    const auto matched = match_totp(secret, totp_code(secret, present + off), now, 0);
    if (off >= -1 && off <= 1)
      EXPECT_EQ(matched, present + off);
    else
      EXPECT_FALSE(matched) << off;
  }
}

TEST(Totp, a_code_is_taken_once_and_no_older_one_after_it) {
  const Instant now{1'111'111'111'000};
  const std::int64_t present = totp_step(now);
  EXPECT_FALSE(match_totp(secret, totp_code(secret, present), now, present));
  EXPECT_FALSE(match_totp(secret, totp_code(secret, present - 1), now, present));
  EXPECT_TRUE(match_totp(secret, totp_code(secret, present + 1), now, present));
}

TEST(Totp, what_is_no_code_is_refused) {
  const Instant now{59'000};
  for (const std::string_view code : {"", "28708", "2870820", "94287082", "abcdef", " 287082"})
    EXPECT_FALSE(match_totp(secret, code, now, 0)) << code;
  EXPECT_TRUE(match_totp(secret, "287082", now, 0));
}

// RFC 4648, section 10.
TEST(Totp, the_secret_is_written_in_base32) {
  EXPECT_EQ(base32(""), "");
  EXPECT_EQ(base32("f"), "MY");
  EXPECT_EQ(base32("foo"), "MZXW6");
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
  EXPECT_EQ(base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url("\xFB\xFF"), "-_8");
  EXPECT_EQ(totp_address(secret, "Pharos: shop", "a+b@example.org"),
            "otpauth://totp/Pharos%3A%20shop:a%2Bb%40example.org?secret="
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Pharos%3A%20shop&algorithm=SHA1&digits=6&"
            "period=30");
}

// ASVS 7.2.3, 11.5.1: 256 bits each, and no two alike.
TEST(Totp, tokens_are_long_and_differ) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 10'000; ++i) tokens.push_back(make_token());
  for (const std::string& token : tokens) ASSERT_EQ(token.size(), 43U);
  std::ranges::sort(tokens);
  EXPECT_EQ(std::ranges::adjacent_find(tokens), tokens.end());
}

}  // namespace
}  // namespace pharos::access
