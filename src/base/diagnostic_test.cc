// base/diagnostic_test.cc: how faults read, with and without a place, a warning and a hint.
#include "base/diagnostic.h"

#include <gtest/gtest.h>

#include <string_view>

namespace pharos {
namespace {

TEST(Diagnostic, reads_place_message_and_hint) {
  const std::pair<Diagnostic, std::string_view> rows[] = {
      {{Severity::error, {"a.yaml", 31, 16}, "node \"x\" is unknown", "Did you mean \"y\"?"},
       "a.yaml:31:16: node \"x\" is unknown\n  Did you mean \"y\"?"},
      {{Severity::error, {"a.yaml", 3, 1}, "is empty", ""}, "a.yaml:3:1: is empty"},
      {{Severity::warning, {"a.yaml", 3, 1}, "is unused", ""}, "a.yaml:3:1: warning: is unused"},
      {{Severity::error, {"a.yaml", 0, 0}, "is no file", ""}, "a.yaml: is no file"},
      {{Severity::error, {"", 0, 0}, "is wrong", ""}, "is wrong"},
  };
  for (const auto& [diagnostic, text] : rows) EXPECT_EQ(format_diagnostic(diagnostic), text);
}

TEST(Diagnostic, only_errors_stop) {
  const Diagnostic warning{Severity::warning, {}, "w", ""}, error{Severity::error, {}, "e", ""};
  EXPECT_FALSE(has_error({}));
  EXPECT_FALSE(has_error({warning}));
  EXPECT_TRUE(has_error({warning, error}));
}

}  // namespace
}  // namespace pharos
