// journal/committer_test.cc: others that want to write beside one that writes without end.
#include "journal/committer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "journal/trial.h"

namespace pharos::journal {
namespace {

using testing::ElementsAre;

using Committing = Trial;

// An import that never flushes keeps each transaction open for as long as it may, and opens the
// next one at once. It goes on until the others are through, however long that takes.
TEST_F(Committing, lets_others_write_beside_an_import) {
  constexpr int writes = 20;
  change("CREATE TABLE others (a INTEGER)");
  std::atomic<bool> is_done = false;
  std::atomic<std::uint64_t> accepted = 0;
  const auto workspace = open_to_write();
  std::thread import([&] {
    for (int batch = 0; !is_done; ++batch) {
      Story story;
      story.orders(fmt::format("acc {}", batch), "2025-01-01T00:00:00Z", 50);
      const auto receipt = workspace->append(story.batch());
      ASSERT_TRUE(receipt.has_value()) << receipt.error().message;
      accepted += receipt->accepted;
    }
  });
  while (accepted < 500) std::this_thread::yield();
  const auto other = *store::open_sqlite(dir() + "/pharos.db", store::OpenMode::write);
  for (int i = 0; i < writes; ++i) {
    const auto begun = other->begin();
    EXPECT_TRUE(begun.has_value()) << "write " << i << ": " << begun.error().message;
    if (!begun) break;
    EXPECT_TRUE(other->execute("INSERT INTO others VALUES (1)"));
    EXPECT_TRUE(other->commit());
  }
  is_done = true;
  import.join();
  ASSERT_TRUE(workspace->flush());
  EXPECT_THAT(rows("SELECT count(*) FROM others"), ElementsAre(std::to_string(writes)));
  EXPECT_EQ(workspace->stats()->events, accepted);
}

}  // namespace
}  // namespace pharos::journal
