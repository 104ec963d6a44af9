// store/database_test.cc: the one suite that every database behind the door passes.
#include "store/database.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "store/draft_file.h"

namespace pharos::store {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  void SetUp() override {
    dir_ = testing::TempDir() + "pharos_store_" + std::to_string(::getpid()) + "_" +
           testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(dir_);
    std::filesystem::create_directories(dir_);
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  std::string path() const { return dir_ + "/x.db"; }
  std::unique_ptr<Database> open(OpenMode mode) {
    auto database = open_sqlite(path(), mode);
    EXPECT_TRUE(database.has_value()) << database.error().message;
    return database ? std::move(*database) : nullptr;
  }
  static std::int64_t count(Database& database, std::string_view sql) {
    auto statement = database.prepare(sql);
    EXPECT_TRUE(statement.has_value());
    EXPECT_TRUE((*statement)->query({}).has_value());
    EXPECT_TRUE(*(*statement)->step());
    return (*statement)->integer(0);
  }

  std::string dir_;
};

TEST_F(DatabaseTest, values_of_every_kind_come_back_as_they_went) {
  auto database = open(OpenMode::create);
  ASSERT_TRUE(database->execute("CREATE TABLE t (a INTEGER, b REAL, c TEXT, d BLOB, e TEXT)"));
  const std::byte bytes[] = {std::byte{0}, std::byte{255}, std::byte{7}};
  const std::string_view text("z\0\xE5\x85\xA5", 5);  // A zero byte and a Chinese letter.
  auto insert = *database->prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?)");
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  ASSERT_TRUE(insert->run_with(least, 0.1, text, Blob(bytes), nullptr));
  ASSERT_TRUE(insert->run_with(std::int64_t{1}, -2.5, std::string_view{}, Blob{}, nullptr));

  auto query = *database->prepare("SELECT a, b, c, d, e FROM t ORDER BY a");
  ASSERT_TRUE(query->query({}));
  ASSERT_TRUE(*query->step());
  EXPECT_EQ(query->column_count(), 5);
  EXPECT_EQ(query->column_name(2), "c");
  EXPECT_EQ(query->integer(0), least);
  EXPECT_EQ(query->real(1), 0.1);
  EXPECT_EQ(query->text(2), text);
  ASSERT_EQ(query->blob(3).size(), 3U);
  EXPECT_EQ(query->blob(3)[1], std::byte{255});
  EXPECT_TRUE(query->is_null(4));
  ASSERT_TRUE(*query->step());
  EXPECT_FALSE(query->is_null(2));  // Empty text is not null.
  EXPECT_EQ(query->text(2), "");
  EXPECT_FALSE(query->is_null(3));
  EXPECT_TRUE(query->blob(3).empty());
  EXPECT_FALSE(*query->step());
}

TEST_F(DatabaseTest, what_was_rolled_back_is_gone_and_what_was_committed_stays) {
  {
    auto database = open(OpenMode::create);
    ASSERT_TRUE(database->execute("CREATE TABLE t (a INTEGER)"));
    ASSERT_TRUE(database->begin());
    ASSERT_TRUE(database->execute("INSERT INTO t VALUES (1)"));
    ASSERT_TRUE(database->rollback());
    ASSERT_TRUE(database->rollback());  // Nothing to take back is no fault.
    ASSERT_TRUE(database->begin());
    ASSERT_TRUE(database->execute("INSERT INTO t VALUES (2)"));
    ASSERT_TRUE(database->commit());
    ASSERT_TRUE(database->begin());
    ASSERT_TRUE(database->execute("INSERT INTO t VALUES (3)"));
  }  // Closed in the middle of a transaction.
  auto database = open(OpenMode::read);
  EXPECT_EQ(count(*database, "SELECT sum(a) FROM t"), 2);
}

TEST_F(DatabaseTest, a_reader_keeps_its_view_while_a_writer_commits) {
  auto writer = open(OpenMode::create);
  ASSERT_TRUE(writer->execute("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)"));
  auto reader = open(OpenMode::read);
  ASSERT_TRUE(reader->begin());
  EXPECT_EQ(count(*reader, "SELECT count(*) FROM t"), 1);
  ASSERT_TRUE(writer->execute("INSERT INTO t VALUES (2)"));
  EXPECT_EQ(count(*reader, "SELECT count(*) FROM t"), 1);
  ASSERT_TRUE(reader->commit());
  EXPECT_EQ(count(*reader, "SELECT count(*) FROM t"), 2);
}

TEST_F(DatabaseTest, opening_says_what_is_in_the_way) {
  EXPECT_EQ(open_sqlite(path(), OpenMode::read).error().code, ErrorCode::not_found);
  EXPECT_EQ(open_sqlite(path(), OpenMode::write).error().code, ErrorCode::not_found);
  EXPECT_EQ(open_sqlite(dir_, OpenMode::write).error().code, ErrorCode::invalid);
  EXPECT_EQ(open_sqlite(dir_ + "/no/such/x.db", OpenMode::create).error().code, ErrorCode::io);

  open(OpenMode::create);
  EXPECT_EQ(open_sqlite(path(), OpenMode::create).error().code, ErrorCode::conflict);

  std::ofstream(dir_ + "/notes.txt") << std::string(4'096, 'n');
  const auto foreign = open_sqlite(dir_ + "/notes.txt", OpenMode::write);
  ASSERT_FALSE(foreign.has_value());
  EXPECT_EQ(foreign.error().code, ErrorCode::corrupt);
  EXPECT_NE(foreign.error().message.find("notes.txt"), std::string::npos);
  EXPECT_NE(foreign.error().message.find("not a SQLite database"), std::string::npos);
}

TEST_F(DatabaseTest, a_fault_in_a_statement_is_an_error_with_its_kind) {
  auto database = open(OpenMode::create);
  ASSERT_TRUE(database->execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL) STRICT"));
  EXPECT_EQ(database->prepare("SELECT FROM WHERE").error().code, ErrorCode::invalid);
  auto insert = *database->prepare("INSERT INTO t VALUES (?, ?)");
  ASSERT_TRUE(insert->run_with(std::int64_t{1}, std::string_view("x")));
  EXPECT_EQ(insert->run_with(std::int64_t{1}, std::string_view("y")).error().code,
            ErrorCode::conflict);
  EXPECT_EQ(insert->run_with(std::int64_t{2}, nullptr).error().code, ErrorCode::conflict);
  ASSERT_TRUE(insert->run_with(std::int64_t{3}, std::string_view("z")));  // Still of use.
  EXPECT_EQ(count(*database, "SELECT count(*) FROM t"), 2);

  auto reader = open(OpenMode::read);
  EXPECT_FALSE(reader->execute("INSERT INTO t VALUES (4, 'w')").has_value());
}

TEST_F(DatabaseTest, a_torn_page_is_an_error_not_a_crash) {
  {
    auto database = open(OpenMode::create);
    ASSERT_TRUE(database->execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)"));
    ASSERT_TRUE(database->execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
        "INSERT INTO t SELECT i, hex(randomblob(40)) FROM n"));
  }
  {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4'096);
    file << std::string(3 * 4'096, '\x5A');
  }
  auto database = open_sqlite(path(), OpenMode::read);
  ASSERT_TRUE(database.has_value());  // The head of the file is whole.
  auto query = (*database)->prepare("SELECT sum(length(b)) FROM t");
  ASSERT_TRUE(query.has_value());
  ASSERT_TRUE((*query)->query({}));
  const auto stepped = (*query)->step();
  ASSERT_FALSE(stepped.has_value());
  EXPECT_EQ(stepped.error().code, ErrorCode::corrupt);
}

// A writer that begins anew as soon as it has committed leaves SQLite's lock free for moments only.
TEST_F(DatabaseTest, who_waits_to_write_is_seen_and_comes_next) {
  auto holder = open(OpenMode::create);
  ASSERT_TRUE(holder->execute("CREATE TABLE t (a INTEGER)"));
  ASSERT_TRUE(holder->begin());
  EXPECT_FALSE(holder->is_awaited());
  constexpr int writes = 5;
  std::thread other([&] {
    auto waiting = open(OpenMode::write);
    for (int i = 0; i < writes; ++i) {
      EXPECT_TRUE(waiting->begin());
      EXPECT_TRUE(waiting->execute("INSERT INTO t VALUES (1)"));
      EXPECT_TRUE(waiting->commit());
    }
  });
  for (std::int64_t before = 0; before < writes;) {
    while (!holder->is_awaited()) std::this_thread::yield();
    ASSERT_TRUE(holder->commit());
    ASSERT_TRUE(holder->begin());  // At once; it stands behind the one that waits.
    const std::int64_t written = count(*holder, "SELECT count(*) FROM t");
    EXPECT_GT(written, before);
    before = written;
  }
  ASSERT_TRUE(holder->commit());
  other.join();
}

TEST_F(DatabaseTest, a_copy_is_one_state_whatever_is_written_meanwhile) {
  auto writer = open(OpenMode::create);
  ASSERT_TRUE(writer->execute(
      "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);"
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
      "INSERT INTO t SELECT i, hex(randomblob(40)) FROM n"));
  auto reader = open(OpenMode::read);
  std::uint64_t done = 0, total = 0;
  int calls = 0;
  const auto copied = reader->copy_to(dir_ + "/copy.db", [&](std::uint64_t a, std::uint64_t b) {
    done = a;
    total = b;
    ++calls;
    EXPECT_TRUE(writer->execute("INSERT INTO t SELECT max(a) + 1, 'late' FROM t"));
  });
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_GT(calls, 1);
  EXPECT_EQ(done, total);
  EXPECT_EQ(total, std::filesystem::file_size(dir_ + "/copy.db"));
  EXPECT_EQ(count(*reader, "SELECT count(*) FROM t"), 20'000 + calls);  // Its view is given up.
  auto copy = *open_sqlite(dir_ + "/copy.db", OpenMode::read);
  EXPECT_EQ(count(*copy, "SELECT count(*) FROM t"), 20'000);
  EXPECT_EQ(count(*copy,
                  "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = "
                  "'ok'"),
            1);
}

TEST_F(DatabaseTest, a_draft_is_nobodys_until_it_is_kept) {
  const std::string draft_path = dir_ + "/draft", name = dir_ + "/kept";
  std::ofstream(draft_path) << "left by somebody who was killed";
  std::ofstream(draft_path + "-wal") << "and its log";
  {
    auto draft = *DraftFile::create(draft_path, 0600);
    EXPECT_FALSE(std::filesystem::exists(draft_path + "-wal"));
    EXPECT_EQ(DraftFile::create(draft_path, 0600).error().code, ErrorCode::unavailable);
    ASSERT_TRUE(draft.write("new"));
    EXPECT_FALSE(std::filesystem::exists(name));
    ASSERT_TRUE(draft.keep(name));
  }
  EXPECT_EQ(std::filesystem::file_size(name), 3U);
  {
    auto draft = *DraftFile::create(draft_path, 0600);
    EXPECT_EQ(draft.keep(name).error().code, ErrorCode::conflict);
  }
  EXPECT_FALSE(std::filesystem::exists(draft_path));
  EXPECT_EQ(std::filesystem::file_size(name), 3U);
}

TEST(Scratch, is_a_database_of_its_own) {
  auto one = *open_sqlite_scratch();
  auto two = *open_sqlite_scratch();
  ASSERT_TRUE(one->execute("CREATE TABLE t (a INTEGER)"));
  EXPECT_FALSE(two->prepare("SELECT a FROM t").has_value());
}

TEST(Identifier, is_quoted_so_that_no_name_ends_it) {
  EXPECT_EQ(quoted_identifier("order"), "\"order\"");
  EXPECT_EQ(quoted_identifier("a\"b"), "\"a\"\"b\"");
}

}  // namespace
}  // namespace pharos::store
