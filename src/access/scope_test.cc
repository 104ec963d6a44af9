// access/scope_test.cc: which accounts somebody sees, one by one and all at once.
#include "access/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "access/trial.h"
#include "cel/arena.h"
#include "cel/column_rule.h"

namespace pharos::access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Account {
  std::string owner, team, industry;
};
const std::vector<Account>& accounts() {
  static const std::vector<Account> all{{"wang@example.org", "north", "beauty"},
                                        {"wang@example.org", "north", "shoes"},
                                        {"li@example.org", "south", "beauty"},
                                        {"", "", "shoes"}};
  return all;
}

const std::string& cell(std::size_t row, std::uint32_t attribute) {
  const Account& account = accounts()[row];
  return attribute == 0 ? account.owner : attribute == 1 ? account.team : account.industry;
}

class OneAccount final : public cel::Activation {
 public:
  explicit OneAccount(std::size_t row) : row_(row) {}
  cel::Value attribute(std::uint32_t index) override {
    const std::string& text = cell(row_, index);
    return text.empty() ? cel::Value::error("not set") : cel::Value::string(text);
  }

 private:
  const std::size_t row_;
};

Principal somebody(std::string role_scope, std::string own_scope,
                   std::vector<std::string> teams = {}) {
  Principal principal;
  principal.who.email = "wang@example.org";
  principal.who.teams = std::move(teams);
  principal.who.scope = std::move(own_scope);
  principal.who.state = OperatorState::active;
  principal.role = {.name = "custom", .grants = {}, .scope = std::move(role_scope)};
  return principal;
}

std::vector<std::size_t> seen_by(const Principal& principal) {
  const auto rule = scope_of(principal, trial_schema());
  EXPECT_TRUE(rule.has_value()) << rule.error().message;
  std::vector<std::size_t> seen;
  cel::Arena arena;
  for (std::size_t row = 0; row < accounts().size(); ++row) {
    OneAccount facts(row);
    if (!*rule || cel::evaluate(**rule, facts, arena).is_true()) seen.push_back(row);
  }
  return seen;
}

TEST(Scope, me_and_my_teams_are_whoever_asks) {
  EXPECT_THAT(seen_by(somebody("", "")), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(seen_by(somebody("owner == me", "")), ElementsAre(0, 1));
  EXPECT_THAT(seen_by(somebody("industry == 'beauty' && owner == me", "")), ElementsAre(0));
  EXPECT_THAT(seen_by(somebody("team in my_teams", "", {"south", "west"})), ElementsAre(2));
  EXPECT_THAT(seen_by(somebody("team in my_teams", "")), ElementsAre());
  EXPECT_THAT(seen_by(somebody("size(my_teams) > 1", "", {"south", "west"})),
              ElementsAre(0, 1, 2, 3));
}

TEST(Scope, that_of_the_role_and_the_own_one_both_hold) {
  EXPECT_THAT(seen_by(somebody("industry == 'beauty'", "owner == me")), ElementsAre(0));
  EXPECT_THAT(seen_by(somebody("industry == 'beauty' // or so", "owner == me || team == 'south'")),
              ElementsAre(0, 2));
}

// The e-mail is a value, never a part of the text.
TEST(Scope, an_email_is_no_code) {
  Principal principal = somebody("owner == me", "");
  principal.who.email = "x' || true || 'x@example.org";
  EXPECT_THAT(seen_by(principal), ElementsAre());
}

TEST(Scope, brackets_cannot_be_broken_out_of) {
  const auto rule = scope_of(somebody("owner == me", "true) || (true"), trial_schema());
  EXPECT_EQ(rule.error().code, ErrorCode::invalid);
}

TEST(Scope, a_partner_without_a_scope_sees_nothing) {
  Principal partner = somebody("", "");
  partner.role = *find_built_in_role("partner");
  EXPECT_THAT(seen_by(partner), ElementsAre());
  partner.who.scope = "owner == me";
  EXPECT_THAT(seen_by(partner), ElementsAre(0, 1));
}

// ASVS 16.5.3: closed, not open.
TEST(Scope, what_does_not_compile_any_more_is_an_error) {
  const auto rule = scope_of(somebody("region == 'north'", ""), trial_schema());
  EXPECT_EQ(rule.error().code, ErrorCode::invalid);
  EXPECT_THAT(rule.error().message, HasSubstr("\"region\" is not a known name"));
}

TEST(Scope, faults_are_all_said_with_their_place) {
  const auto faults = [](std::string_view text) {
    std::string lines;
    for (const Diagnostic& fault : check_scope(text, {"scope", 1, 1}, trial_schema()))
      lines += format_diagnostic(fault) + "\n";
    return lines;
  };
  EXPECT_EQ(faults("industry == 'beauty' && owner == me && team in my_teams"), "");
  EXPECT_THAT(faults("onwer == me"), HasSubstr("scope:1:1: \"onwer\" is not a known name"));
  EXPECT_THAT(faults("owner == mee"), HasSubstr("Did you mean \"me\"?"));
  EXPECT_THAT(faults("owner in me"), HasSubstr("in takes a list or a map"));
  EXPECT_THAT(faults("owner == my_teams"), HasSubstr("scope:1:"));
  EXPECT_THAT(faults("owner"), HasSubstr("scope:1:1:"));
  EXPECT_THAT(faults("count(login, '7d') > 0"), HasSubstr("found count(login, '7d')"));
  EXPECT_THAT(faults("main.signed.held"), HasSubstr("found a node"));
  EXPECT_THAT(faults("now > timestamp('2026-01-01T00:00:00Z')"), HasSubstr("found the time"));
}

// As the columns of the history give it.
class AllAccounts final : public cel::Columns {
 public:
  AllAccounts() {
    for (std::uint32_t attribute = 0; attribute < 3; ++attribute)
      for (std::size_t row = 0; row < accounts().size(); ++row) {
        const std::string& text = cell(row, attribute);
        auto at = std::ranges::find(texts_[attribute], text);
        codes_[attribute][row] = static_cast<std::uint32_t>(at - texts_[attribute].begin());
        if (at == texts_[attribute].end()) texts_[attribute].push_back(text);
      }
  }
  cel::Column attribute(std::uint32_t index, const cel::Rows&) override {
    cel::Column column;
    column.kind = cel::Kind::string;
    column.codes = codes_[index].data();
    column.texts = texts_[index];
    return column;
  }
  cel::Column aggregate(std::uint32_t, const cel::Rows&) override { return {}; }
  cel::Column node(std::uint32_t, cel::NodeField, const cel::Rows&) override { return {}; }
  Instant now() override { return trial_start; }

 private:
  std::array<std::array<std::uint32_t, cel::column_rows_max>, 3> codes_{};
  std::array<std::vector<std::string_view>, 3> texts_;
};

TEST(Scope, columns_agree_with_single_accounts) {
  for (const std::string_view scope :
       {"owner == me", "team in my_teams",
        "industry == 'beauty' && (owner == me || team in "
        "my_teams)",
        "!(owner == me)", "owner.startsWith('wang') && me.endsWith('.org')"}) {
    const Principal principal = somebody(std::string(scope), "", {"south"});
    const auto rule = scope_of(principal, trial_schema());
    ASSERT_TRUE(rule.has_value() && rule->has_value()) << scope;
    AllAccounts columns;
    cel::ColumnRule over_all(**rule);
    std::array<std::uint8_t, cel::column_rows_max> needed{};
    std::array<cel::Truth, cel::column_rows_max> truths{};
    needed.fill(1);
    needed[3] = 0;  // Without an owner: the single one says "not set", these an empty text.
    over_all.test(columns, {0, accounts().size(), needed.data()}, truths.data());
    std::vector<std::size_t> seen;
    for (std::size_t row = 0; row < 3; ++row)
      if (truths[row] == cel::Truth::yes) seen.push_back(row);
    std::vector<std::size_t> wanted = seen_by(principal);
    std::erase(wanted, 3U);
    EXPECT_EQ(seen, wanted) << scope;
  }
}

}  // namespace
}  // namespace pharos::access
