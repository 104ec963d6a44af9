// access/audit_test.cc: whatever is done to the rows by hand is found, and where.
#include "access/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/transaction.h"
#include "access/trial.h"
#include "journal/repair.h"
#include "journal/rooms.h"

namespace pharos::access {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Audit : public Trial {
 protected:
  void append(int count) {
    for (int i = 0; i < count; ++i) {
      auto transaction = Transaction::begin(db());
      ASSERT_TRUE(append_audit(db(), at(i * second, {7}),
                               {.action = "test.step",
                                .subject = "row " + std::to_string(i),
                                .before = "",
                                .after = "{\"i\":1}"}));
      ASSERT_TRUE(transaction->commit());
    }
  }
  // By hand, the triggers out of the way, as somebody with the file could.
  void tamper(const std::string& sql) {
    ASSERT_TRUE(
        db().execute("DROP TRIGGER IF EXISTS audit_keeps_rows;"
                     "DROP TRIGGER IF EXISTS audit_keeps_values"));
    const auto done = db().execute(sql);
    ASSERT_TRUE(done.has_value()) << done.error().message;
  }
  std::int64_t first_wrong(const std::optional<AuditHead>& noted = {}) {
    const auto report = verify_audit(db(), noted);
    EXPECT_TRUE(report.has_value()) << report.error().message;
    return report->fault ? report->fault->number : 0;
  }
};

TEST_F(Audit, what_was_only_added_is_sound) {
  EXPECT_EQ(verify_audit(db(), {})->rows, 0);
  append(5);
  const AuditReport report = *verify_audit(db(), {});
  EXPECT_FALSE(report.fault);
  EXPECT_EQ(report.rows, 5);
  EXPECT_EQ(report.head.number, 5);
  EXPECT_FALSE(verify_audit(db(), report.head)->fault);
}

// The bytes of docs/access.md, put together by hand and summed by Python's hashlib.
TEST_F(Audit, the_chain_is_as_documented) {
  auto transaction = Transaction::begin(db());
  ASSERT_TRUE(append_audit(db(), {.actor = {7}, .address = "192.0.2.1", .now = Instant{1}},
                           {.action = "a", .subject = "s", .before = "", .after = "{}"}));
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(verify_audit(db(), {})->head.chain,
            "363e394f26fd48e97eca40b9bd02874a79827c08bca5c1eb09d76dc3c78f77a0");
}

TEST_F(Audit, rows_are_not_changed_or_deleted_by_mistake) {
  append(2);
  EXPECT_THAT(db().execute("DELETE FROM audit WHERE number = 1").error().message,
              HasSubstr("never deleted"));
  EXPECT_THAT(db().execute("UPDATE audit SET at = 0").error().message, HasSubstr("never changed"));
}

TEST_F(Audit, every_column_is_under_the_chain) {
  for (const char* change :
       {"at = at + 1", "actor = 'operator 8'", "action = 'test.stop'", "subject = 'row x'",
        "before = '{}'", "after = ''", "address = ''", "chain = zeroblob(32)", "chain = x'00'",
        "subject = 'row 2{\"i\":1}', after = ''"}) {
    SCOPED_TRACE(change);
    TearDown();
    SetUp();
    append(5);
    ASSERT_EQ(first_wrong(), 0);
    tamper(std::string("UPDATE audit SET ") + change + " WHERE number = 3");
    EXPECT_EQ(first_wrong(), 3);
  }
}

TEST_F(Audit, a_deleted_row_is_missed_wherever_it_was) {
  for (int number = 1; number <= 5; ++number) {
    TearDown();
    SetUp();
    append(5);
    tamper("DELETE FROM audit WHERE number = " + std::to_string(number));
    EXPECT_EQ(first_wrong(), number);
  }
}

TEST_F(Audit, a_deleted_row_is_missed_when_the_others_move_up) {
  append(5);
  tamper(
      "DELETE FROM audit WHERE number = 2;"
      "UPDATE audit SET number = number - 1 WHERE number > 2");
  EXPECT_EQ(first_wrong(), 2);
}

TEST_F(Audit, changed_places_are_found) {
  append(5);
  tamper(
      "UPDATE audit SET number = 99 WHERE number = 2;"
      "UPDATE audit SET number = 2 WHERE number = 4;"
      "UPDATE audit SET number = 4 WHERE number = 99");
  EXPECT_EQ(first_wrong(), 2);
}

TEST_F(Audit, an_inserted_row_is_found) {
  append(5);
  tamper(
      "INSERT INTO audit SELECT 6, at, actor, action, subject, before, after, address, chain "
      "FROM audit WHERE number = 5");
  EXPECT_EQ(first_wrong(), 6);
  tamper(
      "UPDATE audit SET number = number + 10 WHERE number >= 3;"
      "UPDATE audit SET number = number - 9 WHERE number >= 13;"
      "INSERT INTO audit SELECT 3, at, actor, action, subject, before, after, address, chain "
      "FROM audit WHERE number = 2");
  EXPECT_EQ(first_wrong(), 3);
}

// The end cut off and the head moved back: only a head kept elsewhere tells.
TEST_F(Audit, a_noted_head_tells_of_an_end_that_was_cut_off) {
  append(5);
  const AuditHead noted = verify_audit(db(), {})->head;
  tamper(
      "DELETE FROM audit WHERE number > 3;"
      "UPDATE audit_head SET number = 3, chain = (SELECT chain FROM audit WHERE number = 3)");
  EXPECT_EQ(first_wrong(), 0);
  EXPECT_EQ(first_wrong(noted), 4);
  append(2);  // As many rows again, others.
  EXPECT_EQ(first_wrong(), 0);
  const AuditHead other = verify_audit(db(), {})->head;
  EXPECT_EQ(other.number, 5);
  EXPECT_EQ(first_wrong(AuditHead{5, std::string(64, '0')}), 5);
  EXPECT_EQ(first_wrong(other), 0);
}

TEST_F(Audit, a_head_is_read_back) {
  const std::string sum(64, 'a');
  EXPECT_EQ(parse_audit_head("17:" + sum)->number, 17);
  for (const std::string& text : {std::string(), std::string("17"), "0:" + sum, "x:" + sum,
                                  "17:" + sum + "a", "17:" + std::string(64, 'g')})
    EXPECT_FALSE(parse_audit_head(text)) << text;
}

// Nobody can write lines of their own into an export: texts are JSON (ASVS 16.4.1).
TEST_F(Audit, what_people_type_is_escaped) {
  const Principal boss = owner();
  Profile profile = Trial::profile("x@example.org", "lead");
  profile.name = "a\r\n\"b\" \x1B[31m";
  ASSERT_TRUE(invite(db(), boss, profile, trial_schema(), at({}, boss.who.id)));
  std::string last;
  ASSERT_TRUE(each_audit_row(db(), [&](const AuditRow& row) {
    last = row.after;
    return true;
  }));
  EXPECT_EQ(last.find_first_of("\r\n\x1B"), std::string::npos);
  EXPECT_THAT(last, HasSubstr(R"(\"b\")"));
}

TEST_F(Audit, verify_and_repair_leave_this_room_alone) {
  owner();
  append(3);
  EXPECT_THAT((*journal::Workspace::open_to_read(dir()))->verify({})->faults, IsEmpty());
  const AuditHead noted = verify_audit(db(), {})->head;
  const std::string hash = value("SELECT password FROM operator");
  // A row of the journal that no replay gives: the file is repaired.
  ASSERT_TRUE(db().execute("INSERT INTO alias VALUES (1, 'x', 'y', 3)"));
  const auto report = journal::repair(dir(), {.to = dir() + "/new", .playbook = {}, .now = {}});
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_FALSE(report->was_sound);
  EXPECT_TRUE(report->rooms.is_readable);
  EXPECT_EQ(report->rooms.tables.size(), 8U);
  for (const journal::KeptTable& table : report->rooms.tables) EXPECT_TRUE(table.is_whole);
  EXPECT_THAT((*journal::Workspace::open_to_read(dir() + "/new"))->verify({})->faults, IsEmpty());
  const auto repaired = open_room(dir() + "/new");
  ASSERT_TRUE(repaired.has_value()) << repaired.error().message;
  const AuditReport audit = *verify_audit(**repaired, noted);
  EXPECT_FALSE(audit.fault);
  EXPECT_EQ(audit.rows, noted.number);
  EXPECT_THAT((*repaired)->execute("DELETE FROM audit").error().message,
              HasSubstr("never deleted"));
  auto query = *(*repaired)->prepare("SELECT password FROM operator");
  ASSERT_TRUE(query->query({}));
  ASSERT_TRUE(*query->step());
  EXPECT_EQ(query->text(0), hash);
}

// Two connections beside each other, as a server and a command line have them.
TEST_F(Audit, two_connections_chain_their_rows) {
  const auto other = *open_room(dir());
  for (int i = 0; i < 10; ++i) {
    store::Database& database = i % 2 == 0 ? db() : *other;
    auto transaction = Transaction::begin(database);
    ASSERT_TRUE(append_audit(database, at({}), {.action = "test.step", .subject = "x"}));
    ASSERT_TRUE(transaction->commit());
  }
  EXPECT_EQ(verify_audit(db(), {})->rows, 10);
  EXPECT_EQ(first_wrong(), 0);
}

TEST_F(Audit, tables_of_a_newer_pharos_are_left_alone) {
  ASSERT_TRUE(db().execute("UPDATE meta SET value = '2' WHERE key = 'room access'"));
  EXPECT_THAT(open_room(dir()).error().message, HasSubstr("of a newer Pharos"));
  EXPECT_EQ(open_room(dir() + "/nowhere").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace pharos::access
