// access/audit.h: who did what to whom, when and from where: rows that are only added, each chained
// to the one before. docs/access.md has the chain byte by byte.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "access/operator.h"
#include "access/secret.h"
#include "base/error.h"
#include "store/database.h"

namespace pharos::access {

// Borrowed for the call. Texts hold no secret; people's own words go into JSON, escaped.
struct AuditEntry {
  std::string_view action;       // "operator.invite", "session.begin"
  std::string_view subject;      // "operator 7", "role support"
  std::string_view before = "";  // JSON of what was; empty: nothing.
  std::string_view after = "";
};

// "operator 7"; of nobody "-".
std::string name_of(OperatorId id);
// "operator 7", "key shop", "-".
std::string actor_of(const Caller& caller);

// In the transaction of the change itself: the one is never without the other.
Result<> append_audit(store::Database& database, const Caller& caller, const AuditEntry& entry);

struct AuditRow {
  std::int64_t number = 0;
  Instant at{};
  std::string actor, action, subject, before, after, address;
  std::string chain;  // 64 hexadecimal digits.
};
// In order; ends early where `take` returns false. Reading what was changed by hand still works.
Result<> each_audit_row(store::Database& database,
                        const std::function<bool(const AuditRow&)>& take);

// The last row as somebody wrote it down elsewhere: "17:9f86d0...".
struct AuditHead {
  std::int64_t number = 0;
  std::string chain;
};
Result<AuditHead> parse_audit_head(std::string_view text);

struct AuditReport {
  std::int64_t rows = 0;
  AuditHead head;
  struct Fault {
    std::int64_t number = 0;  // The first row that is wrong, or the one that should be there.
    std::string what;
  };
  std::optional<Fault> fault;
};
// Against `noted`, too, if there is one: a chain that was made anew as a whole is found out only by
// a head that was kept out of reach.
Result<AuditReport> verify_audit(store::Database& database, const std::optional<AuditHead>& noted);

}  // namespace pharos::access
