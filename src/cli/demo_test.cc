// cli/demo_test.cc: the demo makes a sound workspace once, and shows it again.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cli/answer.h"
#include "cli/packs.h"

namespace pharos::cli {
namespace {

namespace fs = std::filesystem;

TEST(Packs, are_inside_and_check) {
  EXPECT_EQ(pack_names(), (std::vector<std::string>{"platform", "service"}));
  for (const std::string& name : pack_names()) {
    const auto loaded = load_pack(name);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_TRUE(loaded->diagnostics.empty());
  }
  EXPECT_FALSE(load_pack("platfrom"));
}

TEST(Demo, makes_a_workspace_once_and_shows_it) {
  const fs::path dir = fs::temp_directory_path() / fmt::format("pharos-demo-{}", getpid());
  fs::remove_all(dir);
  const std::vector<std::string> demo{"demo", dir.string(), "--merchants", "150"};
  const Answer first = ask(demo);
  ASSERT_EQ(first.exit, Exit::done) << first.text;
  EXPECT_NE(first.text.find("150 accounts as of 2026-01-15 00:00 (Asia/Shanghai)"),
            std::string::npos)
      << first.text;
  const Answer second = ask(demo);
  EXPECT_EQ(second.exit, Exit::done);
  EXPECT_NE(second.text.find("is there already"), std::string::npos);
  // But for its first line it says the same again.
  EXPECT_EQ(first.text.substr(first.text.find('\n')), second.text.substr(second.text.find('\n')));

  const Answer sound = ask({"verify", dir.string()});
  EXPECT_EQ(sound.exit, Exit::done) << sound.text;
  fs::remove_all(dir);
}

}  // namespace
}  // namespace pharos::cli
