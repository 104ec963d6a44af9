// model/walk.h: the language a second time: walks the syntax as it was written, without types,
// folding or reuse. Slow and plain on purpose; what the evaluator answers is held against it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cel/ast.h"
#include "cel/rule.h"
#include "model/datum.h"
#include "model/function.h"

namespace pharos::model {

// What the names of an expression stand for.
struct World {
  cel::Use use = cel::Use::plain;
  const cel::Schema* schema = nullptr;
  std::string event;  // rule: of `event.x`; filter: whose properties are named.
  std::function<std::optional<Datum>(const std::string& name)> variable;  // plain, metric
  // Every other fact by a name made of what it is: "attribute seats", "event order_paid amount",
  // "member", "time", "now", "node main signed held", "aggregate count login 30d".
  std::function<Datum(const std::string& name)> fact;
};

class Walk {
 public:
  Walk(const cel::Syntax& syntax, std::string_view text, const World& world);

  Datum run() { return value(syntax_.root); }
  // It would have taken too long, or asked for what the model does not know: no answer.
  bool gave_up() const { return gave_up_; }
  // Filters that were met, by their text and event, with the answer on the event at hand.
  struct Filter {
    std::string text, event;
    Datum answer;
  };
  const std::vector<Filter>& filters() const { return filters_; }

 private:
  struct Local {
    std::string name;
    Datum value;
    bool is_dyn;
  };
  using Path = std::vector<std::string>;

  // walk.cc
  Datum value(cel::AstId id);
  Datum name(cel::AstId id);
  Datum select(cel::AstId id);
  Datum field(const Datum& operand, const std::string& name, bool optional);
  Datum index(const Datum& operand, const Datum& key, bool optional);
  Datum has(const cel::Ast& ast);
  Datum junction(const cel::Ast& ast, bool deciding);
  Datum list(const cel::Ast& ast);
  Datum map(const cel::Ast& ast);
  Datum binary(const cel::Ast& ast);
  Datum compare(const cel::Ast& ast);
  Datum arithmetic(const cel::Ast& ast);
  Datum membership(const cel::Ast& ast);
  Datum call(cel::AstId id);
  std::optional<Path> path_of(cel::AstId id) const;
  const Local* local(const std::string& name) const;

  // walk_macro.cc
  std::optional<Datum> macro(const cel::Ast& ast);
  Datum bind(const cel::Ast& ast);
  Datum comprehension(const cel::Ast& ast, bool two_variables);
  Datum quantifier(const cel::Ast& ast, const std::vector<std::pair<Datum, Datum>>& range,
                   std::size_t variables);
  Datum with(const std::string& name, const Datum& value, cel::AstId body);

  // walk_rule.cc
  std::optional<Datum> strict_name(const Path& path);
  std::optional<Datum> strict_call(const cel::Ast& ast);
  Datum node_fact(const std::string& node, const std::string& field);
  Datum aggregate(const cel::Ast& ast);
  std::string filter(const cel::Ast& ast, const std::string& event);
  std::optional<std::string> number_as_written(cel::AstId id) const;
  std::optional<Datum> money_compared(const cel::Ast& ast, const Datum& left, const Datum& right);
  std::optional<Datum> money_computed(const cel::Ast& ast, const Datum& left, const Datum& right);
  // Text in quotes beside a time or a duration is read as `kind`.
  void read_time(cel::AstId id, const Datum& other, cel::AstId other_id, bool as_length,
                 Datum& side) const;
  bool is_dyn(cel::AstId id) const;  // Of a type that is known only when the value is there.

  bool is_strict() const { return world_.use != cel::Use::plain; }
  MoneyRule money() const;

  const cel::Syntax& syntax_;
  std::string_view text_;
  const World& world_;
  std::vector<Local> locals_;
  std::vector<Filter> filters_;
  int steps_ = 0;
  bool gave_up_ = false;
};

}  // namespace pharos::model
