// access/trial.h: for tests: a workspace with this room in it, an owner, and times that are given.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "access/operators.h"
#include "access/schema.h"
#include "access/sessions.h"
#include "journal/workspace.h"
#include "store/database.h"

namespace pharos::access {

inline constexpr std::string_view good_password = "velvet otter ninety kites";
inline constexpr Instant trial_start{1'767'225'600'000};  // 2026-01-01T00:00:00Z

// Spans between times of a test: a millisecond before, a day and a bit.
constexpr Duration operator+(Duration a, Duration b) {
  return {a.ms + b.ms};
}
constexpr Duration operator-(Duration a, Duration b) {
  return {a.ms - b.ms};
}

inline cel::Schema trial_schema() {
  cel::Schema schema;
  schema.attributes = {{"owner", cel::PropertyType::string, {}},
                       {"team", cel::PropertyType::string, {}},
                       {"industry", cel::PropertyType::string, {}},
                       {"phone", cel::PropertyType::string, {}},
                       {"size", cel::PropertyType::enum_, {"smb", "key"}}};
  schema.events = {{"login", {}}};
  schema.nodes = {{"main", "signed"}};
  return schema;
}

class Trial : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = testing::TempDir() + "pharos_access_" + std::to_string(::getpid()) + "_" +
           testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(dir_);
    constexpr std::string_view playbook =
        "playbook: trial\nmodel: platform\ntimezone: Asia/Shanghai\ncurrency: CNY\n"
        "attributes:\n  owner: string\nevents:\n  login: {}\n"
        "tracks:\n  main:\n    - stage: all\n      nodes:\n        - node: seen\n          on: "
        "login\n";
    const auto created = journal::Workspace::create(dir_, {{"trial.yaml", std::string(playbook)}});
    ASSERT_TRUE(created.has_value()) << created.error().message;
    auto opened = open_room(dir_);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    database_ = std::move(*opened);
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(dir_);
  }

  store::Database& db() { return *database_; }
  const std::string& dir() const { return dir_; }
  static Caller at(Duration after, OperatorId actor = {}, std::string address = "192.0.2.1") {
    return {.actor = actor, .address = std::move(address), .now = trial_start + after};
  }

  // Active, with good_password.
  Principal owner() {
    const auto link = make_first_owner(db(), "Owner@Example.org", at({}));
    EXPECT_TRUE(link.has_value()) << link.error().message;
    const auto id = accept_link(db(), *link, good_password, password_cost_least, at({}));
    EXPECT_TRUE(id.has_value()) << id.error().message;
    return *principal_of(db(), *id);
  }
  Principal colleague(const Principal& by, const std::string& email, const std::string& role) {
    const auto link = invite(db(), by, profile(email, role), trial_schema(), at({}, by.who.id));
    EXPECT_TRUE(link.has_value()) << link.error().message;
    return *principal_of(db(),
                         *accept_link(db(), *link, good_password, password_cost_least, at({})));
  }
  static Profile profile(const std::string& email, const std::string& role) {
    return {
        .email = email, .name = "Someone", .locale = "zh", .role = role, .teams = {}, .scope = ""};
  }
  // The first value of the first row.
  std::string value(const std::string& sql) {
    auto query = db().prepare(sql);
    if (!query || !(*query)->query({}) || !(*query)->step().value_or(false)) return "?";
    return std::string((*query)->text(0));
  }
  Result<NewSession> session(OperatorId id, const Caller& caller) {
    TRY(db().begin());
    NewSession made = TRY(begin_session(db(), id, "browser", caller));
    TRY(db().commit());
    return made;
  }

 private:
  std::string dir_;
  std::unique_ptr<store::Database> database_;
};

}  // namespace pharos::access
