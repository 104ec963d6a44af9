// cel/check.h: from syntax to a checked tree: names, types, windows, money and time, with all
// faults in one pass.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cel/ast.h"
#include "cel/fault.h"
#include "cel/function.h"
#include "cel/rule.h"
#include "cel/tree.h"
#include "cel/type.h"

namespace pharos::cel {

// A node of the tree that was made, and what is known of its value.
struct Checked {
  std::uint32_t node = 0;
  Type type;
};

// Makes one Rule of the syntax below `root`. Each of its files is one part of the language.
class Checker {
 public:
  // The text of the rule begins at byte `base` of `text`: a filter is a part of its rule's text.
  Checker(std::string_view text, std::uint32_t base, const Syntax& syntax, const Scope& scope,
          Faults& faults);

  // The rule is of use only if no fault was added.
  Rule run(AstId root, std::optional<Kind> result);

 private:
  struct Local {
    std::string name;
    std::uint32_t slot = 0;
    Type type;
  };
  // A chain of names: main.activated.held
  struct Path {
    std::vector<std::string> names;
    std::vector<std::uint32_t> begins;
  };

  // check.cc
  Checked expression(AstId id);
  Checked literal(const Ast& ast);
  Checked logical(const Ast& ast);
  Checked conditional(const Ast& ast);
  Checked list(const Ast& ast);
  Checked map(const Ast& ast);
  Type optional_item(AstId id, const Type& type);
  void check_key(AstId id, const Type& type);
  Checked select(AstId id);
  Checked field(const Ast& ast, const Checked& operand);
  Checked index(const Ast& ast);
  bool index_fits(const Ast& ast, const Type& container, const Type& key);
  Checked condition(AstId id, std::string_view what);
  std::uint32_t push(Node node, const Ast& ast);
  std::uint32_t constant(const Value& value, const Ast& ast);
  std::uint32_t text_constant(std::string_view text);  // Into Tree::constants.
  std::uint32_t links(const std::vector<std::uint32_t>& nodes);
  Checked faulty(const Ast& ast, std::uint32_t begin, std::string message, std::string hint = {});
  Checked faulty(const Ast& ast, std::string message, std::string hint = {}) {
    return faulty(ast, ast.begin, std::move(message), std::move(hint));
  }
  std::string slice(const Ast& ast) const;          // Its text, white space folded.
  std::string arguments_of(const Ast& call) const;  // "nothing", "5", "2 arguments"

  // check_name.cc
  Checked name(const Ast& ast);
  std::optional<Path> path_of(AstId id) const;  // Not if it begins with a local variable.
  Checked qualified(AstId id, const Path& path);
  Checked unknown_name(const Ast& ast, std::uint32_t begin, const std::string& name);
  std::string property_hint(const std::string& name) const;
  const Parameter* find_parameter(std::string_view name) const;
  Checked parameter(const Ast& ast, const Parameter& parameter);
  Checked attribute(const Ast& ast, std::uint32_t begin, const std::string& name);
  Checked property(const Ast& ast, std::uint32_t begin, const std::string& name);
  Checked event_part(const Ast& ast, std::uint32_t begin, const std::string& name);
  Checked node_part(const Ast& ast, const Path& path);
  Checked node_function(const Ast& ast);
  Checked now(const Ast& ast);
  std::optional<std::uint32_t> find_node(const Ast& ast, std::uint32_t begin,
                                         std::string_view track, std::string_view node);
  Checked present(AstId id);  // has()
  const Local* find_local(std::string_view name) const;
  void add_local_names(std::vector<std::string>& names) const;
  bool is_track(std::string_view name) const;
  bool reads_account() const { return scope_.use == Use::rule || scope_.use == Use::query; }
  bool reads_event() const { return scope_.event >= 0 && scope_.use != Use::plain; }

  // check_call.cc
  Checked call(AstId id);
  Checked function(const Ast& ast, std::string_view name, bool member);
  Checked unknown_function(const Ast& ast, const std::string& name, bool member);
  std::optional<Checked> folded(const Ast& ast, const Function& function,
                                const std::vector<std::uint32_t>& arguments);
  std::optional<Checked> known_zone(const Ast& zone, const Function& function);
  Type result_of(const Ast& ast, const Function& function, const std::vector<Type>& arguments);
  bool arguments_fit(const Ast& ast, std::string_view name, std::size_t skip,
                     const std::vector<Type>& arguments);
  std::optional<Checked> macro(const Ast& ast);
  Checked comprehension(const Ast& ast, Macro macro, bool two_variables);
  Checked bind(const Ast& ast);
  Checked if_present(const Ast& ast, bool flat);
  std::optional<std::string> variable_name(AstId id);
  std::uint32_t open_local(std::string name, Type type);

  // check_window.cc
  bool is_window_function(const Ast& ast) const;
  Checked window_function(const Ast& ast);
  bool subject(const Ast& call, AstId id, Aggregate& aggregate);
  bool window_arguments(const Ast& call, Aggregate& aggregate);
  std::int32_t filter(AstId id, std::uint32_t event);
  Checked aggregate_of(const Ast& call, Aggregate aggregate);
  Type aggregate_type(const Aggregate& aggregate) const;
  bool property_fits(const Ast& call, const Ast& at, const Aggregate& aggregate);

  // check_operator.cc
  Checked binary(AstId id);
  Checked comparison(const Ast& ast);
  Checked compare_checked(const Ast& ast, Checked left, Checked right, int factor);
  Checked arithmetic_node(const Ast& ast, const Checked& left, const Checked& right);
  Type arithmetic_type(Op op, const Type& left, const Type& right) const;
  Checked membership(const Ast& ast);
  Checked negation(const Ast& ast);
  void check_choice(const Type& type, AstId other);
  bool order_known(const Ast& ast, const Type& left, const Type& right);
  Checked arithmetic_fault(const Ast& ast, const Type& left, const Type& right);
  bool zero_divides(const Ast& ast);
  // Text in quotes beside a time or duration: read as one.
  bool read_as_time(AstId id, const Type& other, Checked& side);

  // check_money.cc
  std::optional<std::string> number_literal(AstId id) const;
  Checked compare_money_literal(const Ast& ast, const Checked& money, bool literal_left);
  std::optional<Checked> money_arithmetic(const Ast& ast, Checked& left, Checked& right);
  Checked money_and_literal(const Ast& ast, const Checked& money, AstId literal, bool literal_left);

  // check_time.cc
  bool time_reaches(AstId id) const;
  bool checks_time() const { return scope_.use == Use::rule; }
  Checked time_side(AstId id, int sign, int& factor);
  Checked misplaced_time(const Ast& ast, std::string_view what);

  // check_constant.cc
  void check_constants();

  std::string_view text_;
  std::uint32_t base_;
  const Syntax& syntax_;
  const Scope& scope_;
  Faults& faults_;
  const Schema& schema_;
  bool strict_;  // Everything but plain CEL: types are known, and faults are faults.
  bool in_time_side_ = false;
  std::vector<Local> locals_;
  struct Filter {
    std::uint32_t event = 0;
    std::string text;  // White space folded.
  };
  std::vector<Filter> filters_;  // As rule_.filters.
  Tree tree_;
  Rule rule_;
};

}  // namespace pharos::cel
