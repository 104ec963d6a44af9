// cli/progress_bar_test.cc: what a line of progress says.
#include "cli/progress_bar.h"

#include <gtest/gtest.h>

namespace pharos::cli {
namespace {

TEST(ProgressLine, says_rate_and_time_left) {
  // 500,000 of 2,000,000 in 2 s: 250,000/s, so 6 s for the rest.
  EXPECT_EQ(progress_line("Importing", Unit::events, {500'000, 2'000'000, 2.0}, Language::en),
            "Importing  ██████                    25 %  500,000 events  250,000/s  6s left");
  // 60 of 240 MB in 3 s: 20 MB/s, so 9 s for the rest.
  EXPECT_EQ(progress_line("读取", Unit::bytes, {60'000'000, 240'000'000, 3.0}, Language::zh),
            "读取  ██████                    25 %  60.0 MB  20.0 MB/s  还需 9s");
}

TEST(ProgressLine, is_silent_about_what_it_cannot_know) {
  EXPECT_EQ(progress_line("x", Unit::events, {0, 100, 5.0}, Language::en),
            "x                             0 %  0 events");
  EXPECT_EQ(progress_line("x", Unit::events, {10, 100, 0.1}, Language::en),
            "x  ██▍                       10 %  10 events");
  EXPECT_EQ(progress_line("x", Unit::events, {1'000, 0, 1.0}, Language::en),
            "x  1,000 events  1,000/s");
  EXPECT_EQ(progress_line("x", Unit::events, {200, 100, 1.0}, Language::en),
            "x  ████████████████████████ 100 %  100 events  100/s");
}

TEST(ProgressBar, writes_nothing_where_there_is_no_terminal) {
  char* text = nullptr;
  std::size_t size = 0;
  Shell shell;
  shell.err = open_memstream(&text, &size);
  {
    ProgressBar bar(shell, "x", Unit::events);
    bar.update(1, 2);
  }
  std::fclose(shell.err);
  EXPECT_EQ(size, 0U);
  std::free(text);
}

}  // namespace
}  // namespace pharos::cli
