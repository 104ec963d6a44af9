// cli/calc_events.h: the events and predicates of case files, as conformance/analytics writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/field.h"

namespace pharos::cli {

// {"event": name or null, "where": [{"prop", "op", "value"}]}: all clauses must hold.
class Predicate {
 public:
  explicit Predicate(const Field& field);
  // `props` may be null: no property is there.
  bool matches(std::string_view name, const Json* props) const;

 private:
  enum class Operator : std::uint8_t { eq, ne, contains, is_null, is_set, le, ge };
  struct Clause {
    std::string property;
    Operator op;
    const Json* value;  // Of the document; null where the operator takes none.
  };
  static bool holds(const Clause& clause, const Json* value);

  std::optional<std::string> event_;  // None: any.
  std::vector<Clause> clauses_;
};

struct CaseEvent {
  Instant at;
  std::string_view name;
  const Json* props;  // Null: none. A property that is missing is null.
};
struct CaseAccount {
  std::string_view id;
  std::vector<CaseEvent> events;  // By time; those of one time as they come in the document.
};
// The accounts of `events`, in the order in which they first come.
std::vector<CaseAccount> case_accounts(const Field& document);

const Json* property_of(const CaseEvent& event, std::string_view name);  // Null: none.
// As a key of a breakdown: text as it is, anything else as JSON; "" of nothing.
std::string key_text(const Json* value);

}  // namespace pharos::cli
