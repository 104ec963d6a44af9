// cli/golden_test.cc: what the program prints, held against test/golden/cli/<case>/wanted. A case
// is a folder with inputs and `commands`, one a line; they run in a copy of the folder.
#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "cli/answer.h"

namespace pharos::cli {
namespace {

namespace fs = std::filesystem;

const fs::path cases_dir = fs::path(PHAROS_SOURCE_DIR) / "test/golden/cli";

std::string read_all(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Words are separated by blanks; quotes of either kind keep them together.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  char quote = 0;
  bool inside = false;
  for (const char c : line) {
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
      if (!inside) words.emplace_back();
      inside = true;
    } else if (quote == 0 && c == ' ') {
      inside = false;
    } else {
      if (!inside) words.emplace_back();
      inside = true;
      words.back() += c;
    }
  }
  return words;
}

std::string output_of(const std::vector<std::string>& arguments) {
  Answer answer = ask(arguments);
  if (answer.exit != Exit::done)
    answer.text += fmt::format("[exit {}]\n", static_cast<int>(answer.exit));
  return answer.text;
}

// Each line of `commands` is `pharos ...`, or `cat FILE` to look at what was written.
std::string transcript_of(const std::string& commands) {
  std::string transcript;
  for (const std::string_view line : split(commands, '\n')) {
    if (line.empty()) continue;
    std::vector<std::string> words = words_of(line);
    const std::string program = words.front();
    words.erase(words.begin());
    transcript += fmt::format("{}$ {}\n", transcript.empty() ? "" : "\n", line);
    transcript += program == "cat" ? read_all(words.at(0)) : output_of(words);
  }
  return transcript;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, prints_what_is_wanted) {
  const fs::path source = cases_dir / GetParam();
  const fs::path copy =
      fs::temp_directory_path() / fmt::format("pharos-golden-{}-{}", GetParam(), getpid());
  fs::remove_all(copy);
  fs::copy(source, copy, fs::copy_options::recursive);
  const fs::path before = fs::current_path();
  fs::current_path(copy);
  const std::string transcript = transcript_of(read_all("commands"));
  fs::current_path(before);
  fs::remove_all(copy);
  if (std::getenv("PHAROS_UPDATE_GOLDEN")) {
    std::ofstream(source / "wanted", std::ios::binary) << transcript;
    return;
  }
  EXPECT_EQ(transcript, read_all(source / "wanted"))
      << "If this is how it should be: ./x test --update, then read the difference.";
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(cases_dir, error))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Cli, Golden, testing::ValuesIn(case_names()),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace pharos::cli
