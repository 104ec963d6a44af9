// cel/rule.h: a CEL expression, checked against a schema and compiled once; and how it is
// evaluated.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "cel/schema.h"
#include "cel/value.h"

namespace pharos::cel {

class Arena;  // arena.h: memory of one evaluation, reused by the next.
struct Tree;  // tree.h: the checked syntax tree, flat.

// What an expression stands for, which decides the names it may use.
enum class Use : std::uint8_t {
  plain,   // Free CEL over the variables that the Activation binds; no schema needed.
  rule,    // `when`, `if`, lapse, segments. Its value may change with time alone, so `now` and
           // since() may only stand where the instant of change can be computed: in comparisons
           // whose two sides are sums and differences of times and durations.
  filter,  // The last argument of a window function: only the event's own properties and member.
  query,   // accounts --where / --columns: as rule, any result type, time used freely.
  metric,  // A number over all accounts: window functions without account, accounts(EVENT), and
           // other metrics by name.
};

// A name for a text, or for a list of texts, that is known when the rule is compiled: `me`. The
// rule holds it as a constant, so whoever it is compiled for gets a rule of their own.
struct Parameter {
  std::string name;
  std::vector<std::string> texts;
  bool is_list = false;  // Otherwise there is one text.
};

struct Scope {
  Use use = Use::plain;
  const Schema* schema = nullptr;  // Needed by every use but plain; must outlive the call only.
  std::int32_t event = -1;  // rule: `event.PROPERTY`, `event.member`, `event.time` are known.
  std::span<const std::string> metrics;        // metric: names of the others.
  std::span<const Parameter> parameters = {};  // rule, query: they go before attributes.
};

// Fields of a node as rules see it: `main.activated.held`, and entered('main.activated') and so on.
enum class NodeField : std::uint8_t {
  entered,     // bool: entered at least once, even if released since
  held,        // bool: entered and not released since
  at,          // bool: the account stands here on this track
  overdue,     // bool: the step to this node is past its due time now
  entry,       // int: how often it was entered
  entered_at,  // timestamp of the latest entry; an error while there is none
};

struct Rule {
  std::string text;
  Place place;  // Where the text begins.
  std::vector<Aggregate> aggregates;
  std::vector<Rule> filters;              // Use::filter, of the aggregates.
  std::vector<std::uint32_t> attributes;  // Every index the rule may read; ascending, unique.
  std::vector<std::uint32_t> nodes;
  bool reads_time = false;           // `now` or since().
  std::shared_ptr<const Tree> tree;  // Immutable, shared by copies of the rule.
};

struct Compiled {
  std::optional<Rule> rule;  // Empty if there is an error among the diagnostics.
  Diagnostics diagnostics;   // All faults of the text in one pass.
};

// `result`: a kind that the value must have (Kind::boolean for conditions); empty: any. `place` is
// where the text begins; its later lines are taken to be indented as far as the first.
Compiled compile(std::string_view text, const Place& place, const Scope& scope,
                 std::optional<Kind> result);

// Where an evaluation reads its facts. The defaults answer with an error value: not bound here.
class Activation {
 public:
  virtual ~Activation() = default;
  virtual Value attribute(std::uint32_t index);
  virtual Value aggregate(std::uint32_t index);  // Into rule.aggregates.
  virtual Value node(std::uint32_t index, NodeField field);
  virtual Value property(std::uint32_t index);  // Of the event at hand (filter, or event.x).
  virtual Value member();                       // Of the event at hand: a string.
  virtual Value event_time();
  virtual Instant now();
  virtual Value variable(std::string_view name);  // Use::plain, and metrics by name.
  // Called with an instant after now() at which a comparison with time that was just evaluated can
  // change its outcome. (Aggregates report their own changes inside aggregate().) Parts that were
  // not evaluated, behind a short circuit, need no report: they cannot matter before another does.
  virtual void changes_at(Instant instant);
};

// Never throws, never fails: what cannot be computed (division by zero, a missing attribute, an
// empty average) is an error value, and a condition with it is not true. Text and containers of the
// result live until the arena is used again.
Value evaluate(const Rule& rule, Activation& activation, Arena& arena);

// One comparison (or other yes-or-no part) of a condition, for people.
struct Finding {
  std::string text;  // sum(order_paid.amount, '30d') >= 10000
  bool holds = false;
  std::string is;     // What was found: "sum(order_paid.amount, '30d') is 6,420.00".
  std::string needs;  // What it would take: "needs 10,000"; empty if it holds.
};
// The parts that decide a condition, in source order: the sides of && and || down to what is
// neither. An error value shows as "cannot be computed: division by zero".
std::vector<Finding> explain(const Rule& rule, Activation& activation, Arena& arena,
                             const Schema& schema);

// A value for people and for JSON: amounts in the currency's digits, times as RFC 3339.
std::string format_value(const Value& value, const Schema& schema);

}  // namespace pharos::cel
