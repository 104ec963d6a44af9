// access/mask_test.cc: what is left of personal values, and who sees them whole.
#include "access/mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/trial.h"

namespace pharos::access {
namespace {

using testing::HasSubstr;

TEST(Mask, what_is_left) {
  const std::tuple<MaskKind, std::string_view, std::string_view> rows[] = {
      {MaskKind::phone, "+86 138 0013 5678", "***5678"},
      {MaskKind::phone, "13800135678", "***5678"},
      {MaskKind::phone, "1234567", "***"},  // Four of seven would leave too few to guess.
      {MaskKind::phone, "unknown", "***"},
      {MaskKind::email, "wang.li@example.com", "w***@example.com"},
      {MaskKind::email, "王@example.com", "王***@example.com"},
      {MaskKind::email, "@example.com", "***"},
      {MaskKind::email, "no address", "***"},
      {MaskKind::name, "张三丰", "张***"},
      {MaskKind::name, "Ann", "A***"},
      {MaskKind::hidden, "110101199003070000", "***"},
      {MaskKind::hidden, "x", "***"},
      {MaskKind::name, "\xFF\xFE", "***"},
      {MaskKind::phone, "", ""},
  };
  for (const auto& [kind, value, wanted] : rows) EXPECT_EQ(masked(kind, value), wanted) << value;
}

// ASVS 8.2.3.
TEST(Mask, only_some_roles_see_personal_fields) {
  const std::vector<PersonalField> fields{{"phone", MaskKind::phone}};
  for (const Role& role : built_in_roles()) {
    const Principal principal{.who = {}, .role = role};
    const bool whole = role.name == "owner" || role.name == "lead" || role.name == "operator";
    EXPECT_EQ(shown(principal, fields, "phone", "13800135678"), whole ? "13800135678" : "***5678")
        << role.name;
    EXPECT_EQ(shown(principal, fields, "industry", "beauty"), "beauty");
  }
}

TEST(Mask, a_question_may_not_guess_what_is_masked) {
  const cel::Schema schema = trial_schema();
  const std::vector<PersonalField> fields{{"phone", MaskKind::phone}};
  const auto faults = [&](std::string_view role, std::string_view question) {
    const auto compiled = cel::compile(question, {"--where", 1, 1},
                                       {.use = cel::Use::query, .schema = &schema, .metrics = {}},
                                       cel::Kind::boolean);
    const Principal principal{.who = {}, .role = *find_built_in_role(role)};
    std::string lines;
    for (const Diagnostic& fault : check_question(principal, fields, *compiled.rule, schema))
      lines += format_diagnostic(fault);
    return lines;
  };
  EXPECT_THAT(faults("analyst", "phone.startsWith('138')"), HasSubstr("\"phone\" is personal"));
  EXPECT_THAT(faults("analyst", "industry == 'beauty' || account.phone == '1'"),
              HasSubstr("\"phone\" is personal"));
  EXPECT_EQ(faults("analyst", "industry == 'beauty'"), "");
  EXPECT_EQ(faults("lead", "phone.startsWith('138')"), "");
}

}  // namespace
}  // namespace pharos::access
