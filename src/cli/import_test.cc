// cli/import_test.cc: what an import leaves beside the database.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "cli/answer.h"

namespace pharos::cli {
namespace {

namespace fs = std::filesystem;

class ImportCommand : public testing::Test {
 protected:
  ImportCommand() {
    fs::remove_all(dir_);
    fs::create_directories(dir_);
    std::ofstream(dir_ / "events.ndjson")
        << R"({"id":"1","account":"m1","name":"lead_created","time":"2026-01-05T09:00:00Z"})";
    EXPECT_EQ(ask({"init", shop(), "--pack", "platform"}).exit, Exit::done);
  }
  ~ImportCommand() override { fs::remove_all(dir_); }

  std::string shop() const { return dir_ / "shop"; }
  Answer import(const std::string& option) const {
    return ask({"import", shop(), dir_ / "events.ndjson", option});
  }
  bool has_history() const {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(shop() + "/cache", none))
      if (entry.path().filename().string().starts_with("history-")) return true;
    return false;
  }
  std::string leads() const {
    return ask({"accounts", shop(), "--where", "count(lead_created) == 1", "--count"}).text;
  }

  const fs::path dir_ = fs::temp_directory_path() / fmt::format("pharos-import-{}", getpid());
};

TEST_F(ImportCommand, arranges_the_history_unless_told_not_to) {
  ASSERT_EQ(import("--no-history").exit, Exit::done);
  EXPECT_FALSE(has_history());
  EXPECT_EQ(leads(), "1\n");  // The question makes it itself.
  EXPECT_TRUE(has_history());
  fs::remove_all(shop() + "/cache");
  ASSERT_EQ(import("--json").exit, Exit::done);
  EXPECT_TRUE(has_history());
  EXPECT_EQ(leads(), "1\n");
}

TEST_F(ImportCommand, of_a_dry_run_leaves_nothing) {
  ASSERT_EQ(import("--dry-run").exit, Exit::done);
  EXPECT_FALSE(fs::exists(shop() + "/cache"));
}

}  // namespace
}  // namespace pharos::cli
