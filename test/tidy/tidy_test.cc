// tidy/tidy_test.cc: our house rules, held against every file of the repository.
#include <gtest/gtest.h>

#include "tidy/rules.h"

namespace pharos::tidy {
namespace {

const Tree& repository() {
  static const Tree tree = read_tree(PHAROS_SOURCE_DIR);
  return tree;
}

void expect_none(const Faults& faults) {
  if (!faults.empty()) ADD_FAILURE() << faults.size() << " fault(s):\n" << format_faults(faults);
}

TEST(Folders, include_only_floors_below_their_own) {
  expect_none(check_floors(repository()));
}
TEST(Folders, use_in_cmake_what_they_include) {
  expect_none(check_uses(repository()));
}
TEST(Folders, that_are_pure_know_no_clock_thread_or_file) {
  expect_none(check_purity(repository()));
}
TEST(Folders, meet_heavy_headers_in_one_source) {
  expect_none(check_heavy(repository()));
}
TEST(Folders, are_those_of_the_map_in_the_readme) {
  expect_none(check_folder_map(repository()));
}

TEST(Files, open_with_what_they_hold) {
  expect_none(check_first_line(repository()));
}
TEST(Files, that_are_headers_are_read_once) {
  expect_none(check_pragma_once(repository()));
}
TEST(Files, include_in_order) {
  expect_none(check_include_order(repository()));
}
TEST(Files, are_short) {
  expect_none(check_length(repository()));
}
TEST(Files, have_no_tabs_and_no_trailing_blanks) {
  expect_none(check_blanks(repository()));
}
TEST(Files, leave_nothing_for_later) {
  expect_none(check_unfinished(repository()));
}
TEST(Documents, link_to_what_exists) {
  expect_none(check_links(repository()));
}

}  // namespace
}  // namespace pharos::tidy
