// cli/audit_test.cc: pharos audit over a workspace with people in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/trial.h"
#include "base/text.h"
#include "cli/answer.h"

namespace pharos::cli {
namespace {

using testing::HasSubstr;

class AuditCommand : public access::Trial {};

TEST_F(AuditCommand, tells_a_sound_audit_from_one_that_was_changed) {
  owner();  // Invited, and has taken the link: two rows.
  const Answer sound = ask({"audit", "verify", dir()});
  EXPECT_EQ(sound.exit, Exit::done);
  EXPECT_THAT(sound.text, HasSubstr("2 rows of the audit: ok\nhead 2:"));
  const std::string head = sound.text.substr(sound.text.find("head ") + 5, 66);
  EXPECT_EQ(ask({"audit", "verify", dir(), "--head", head}).exit, Exit::done);
  EXPECT_THAT(ask({"audit", "verify", dir(), "--json"}).text, HasSubstr("\"head\": \"" + head));

  ASSERT_TRUE(
      db().execute("DROP TRIGGER audit_keeps_values;"
                   "UPDATE audit SET actor = 'operator 9' WHERE number = 2"));
  const Answer changed = ask({"audit", "verify", dir()});
  EXPECT_EQ(changed.exit, Exit::failed);
  EXPECT_THAT(changed.text, HasSubstr("audit row 2 does not follow"));
  EXPECT_THAT(changed.text, HasSubstr("rows that are sound before it: 1"));
  EXPECT_THAT(ask({"audit", "verify", dir(), "--json"}).text, HasSubstr("\"row\": 2"));
}

TEST_F(AuditCommand, exports_a_line_a_row) {
  owner();
  const Answer all = ask({"audit", "export", dir()});
  EXPECT_EQ(all.exit, Exit::done);
  const auto lines = split(all.text, '\n');
  ASSERT_EQ(lines.size(), 3U);  // And the empty one behind the last.
  EXPECT_THAT(std::string(lines[0]), HasSubstr(R"("at":"2026-01-01T00:00:00.000Z")"));
  EXPECT_THAT(std::string(lines[0]), HasSubstr("operator.first_owner"));
  EXPECT_THAT(std::string(lines[1]), HasSubstr("operator.accept_first_owner"));
  EXPECT_THAT(std::string(lines[1]), HasSubstr("\"invited\""));
}

}  // namespace
}  // namespace pharos::cli
