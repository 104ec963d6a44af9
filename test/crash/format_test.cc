// crash/format_test.cc: workspaces of every earlier layout go on; those of a later one are refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "crash/world.h"
#include "journal/block.h"
#include "journal/trial.h"
#include "store/database.h"

namespace pharos::crash {
namespace {

namespace fs = std::filesystem;
using journal::Workspace;
using testing::HasSubstr;
using testing::IsEmpty;

std::string contents_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void change(const std::string& dir, std::string_view sql, std::span<const store::Bind> binds = {}) {
  const auto database = *store::open_sqlite(dir + "/pharos.db", store::OpenMode::write);
  const auto statement = database->prepare(sql);
  ASSERT_TRUE(statement.has_value()) << statement.error().message;
  ASSERT_TRUE((*statement)->run(binds).has_value());
}

// test/golden/journal/schema-N: a workspace as the Pharos of that schema wrote it, and its events,
// told from the files that it had imported.
TEST(Format, workspaces_of_every_schema_go_on) {
  std::size_t count = 0;
  for (const auto& entry :
       fs::directory_iterator(fs::path(PHAROS_SOURCE_DIR) / "test/golden/journal")) {
    if (!entry.is_directory()) continue;
    ++count;
    SCOPED_TRACE(entry.path());
    const Folder folder("schema");
    fs::copy_file(entry.path() / "pharos.db", folder.path() + "/pharos.db");
    const std::string wanted = contents_of(entry.path() / "wanted.txt");
    {
      const auto workspace = Workspace::open_to_read(folder.path());
      ASSERT_TRUE(workspace.has_value()) << workspace.error().message;
      EXPECT_EQ(told_events(**workspace), wanted);
      EXPECT_THAT((*workspace)->verify({})->faults, IsEmpty());
      engine::Fold fold = (*workspace)->make_fold({});
      EXPECT_TRUE((*workspace)->replay(fold, {}).has_value());
    }
    {
      const auto workspace = Workspace::open_to_write(folder.path(), {});
      ASSERT_TRUE(workspace.has_value()) << workspace.error().message;
      journal::Story story;
      story.add("1022", "acc 10", "lead_created", "2025-01-04T10:05:03Z")
          .extra("{\"note\":\"none of ours\"}");  // A repeat of event 9.
      story.add("new", "acc 99", "order_paid", "2025-05-01T00:00:00Z").set("amount", 7);
      const auto receipt = (*workspace)->append(story.batch());
      ASSERT_TRUE(receipt.has_value()) << receipt.error().message;
      EXPECT_EQ(receipt->duplicates, 1U);
      EXPECT_EQ(receipt->accepted, 1U);
    }
    const auto workspace = *Workspace::open_to_read(folder.path());
    EXPECT_EQ(told_events(*workspace),
              wanted + "213 new acc 99 - order_paid 2025-05-01T00:00:00.000Z amount=7\n");
    EXPECT_THAT(workspace->verify({})->faults, IsEmpty());
  }
  EXPECT_GE(count, 1U);
}

TEST(Format, a_newer_schema_is_refused_by_all_who_open) {
  const Folder folder("newer");
  make_workspace(folder.path());
  change(folder.path(), "UPDATE meta SET value = '99' WHERE key = 'schema'");
  const std::string wanted = "schema 99 is of a newer Pharos; upgrade";
  const std::string before = contents_of(folder.path() + "/pharos.db");
  EXPECT_THAT(Workspace::open_to_read(folder.path()).error().message, HasSubstr(wanted));
  EXPECT_THAT(Workspace::open_to_write(folder.path(), {}).error().message, HasSubstr(wanted));
  EXPECT_EQ(contents_of(folder.path() + "/pharos.db"), before);
}

TEST(Format, a_block_of_a_newer_format_is_refused) {
  const Folder folder("block");
  make_workspace(folder.path());
  {
    const auto workspace = *Workspace::open_to_write(folder.path(), {});
    ASSERT_TRUE(workspace->append(Feed(1).batch(0)).has_value());
  }
  std::string bytes;
  {
    const auto database = *store::open_sqlite(folder.path() + "/pharos.db", store::OpenMode::read);
    const auto query = *database->prepare("SELECT data FROM block WHERE number = 1");
    ASSERT_TRUE(query->query({}).has_value());
    ASSERT_TRUE(*query->step());
    const store::Blob data = query->blob(0);
    bytes.assign(reinterpret_cast<const char*>(data.data()), data.size());
  }
  bytes[journal::block_mark.size()] = 77;
  const std::uint64_t checksum = journal::checksum_of(bytes);
  const store::Bind binds[] = {
      store::Blob(reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()),
      static_cast<std::int64_t>(checksum),
      static_cast<std::int64_t>(journal::chain_of(0, checksum))};
  change(folder.path(), "UPDATE block SET data = ?, checksum = ?, chain = ?", binds);

  const std::string wanted = "block 1: format 77 is of a newer Pharos, this one reads";
  EXPECT_THAT(Workspace::open_to_write(folder.path(), {}).error().message, HasSubstr(wanted));
  const auto workspace = *Workspace::open_to_read(folder.path());
  EXPECT_THAT(workspace->verify({})->faults, testing::Contains(HasSubstr(wanted)));
  engine::Fold fold = workspace->make_fold({});
  EXPECT_THAT(workspace->replay(fold, {}).error().message, HasSubstr(wanted));
}

}  // namespace
}  // namespace pharos::crash
