// cel/check_call.cc: functions and macros.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/zone_names.h"
#include "cel/check.h"

namespace pharos::cel {
namespace {

struct MacroName {
  std::string_view name;
  Macro macro;
  std::size_t arguments_min;  // With one variable, and one more with two.
  std::size_t arguments_max;
  bool one_variable;
  bool two_variables;
};
constexpr MacroName macros[] = {
    {"all", Macro::all, 2, 2, true, true},
    {"exists", Macro::exists, 2, 2, true, true},
    {"exists_one", Macro::exists_one, 2, 2, true, true},
    {"existsOne", Macro::exists_one, 2, 2, true, true},
    {"map", Macro::map, 2, 3, true, false},
    {"filter", Macro::filter, 2, 2, true, false},
    {"transformList", Macro::transform_list, 2, 3, false, true},
    {"transformMap", Macro::transform_map, 2, 3, false, true},
    {"transformMapEntry", Macro::transform_map_entry, 2, 3, false, true},
};

// Names before the dot of a function: math.abs(x).
bool is_name_space(std::string_view name) {
  return name == "math" || name == "strings" || name == "optional" || name == "cel";
}

}  // namespace

Checked Checker::call(AstId id) {
  const Ast& ast = syntax_[id];
  if (ast.member) {
    if (const auto path = path_of(ast.children[0])) {  // math.abs(x): a name space, not a receiver
      std::string full;
      for (const std::string& name : path->names) full += name + ".";
      full += ast.text;
      if (full == "cel.bind") return bind(ast);
      if (find_function(full, false, ast.children.size() - 1)) return function(ast, full, false);
      if (strict_ && path->names.size() == 1 && is_name_space(path->names[0]))
        return unknown_function(ast, full, false);
    }
    if (auto checked = macro(ast)) return *checked;
    return function(ast, ast.text, true);
  }
  if (ast.text == "has") return present(id);
  if (ast.text == "dyn" && ast.children.size() == 1) {
    const Checked inner = expression(ast.children[0]);
    return {inner.node, inner.type.is_faulty() ? inner.type : Type::dyn()};
  }
  if (is_window_function(ast)) return window_function(ast);
  if (strict_ &&
      (ast.text == "entered" || ast.text == "held" || ast.text == "at" || ast.text == "overdue"))
    return node_function(ast);
  return function(ast, ast.text, false);
}

Checked Checker::unknown_function(const Ast& ast, const std::string& name, bool member) {
  if (!strict_) {
    for (const AstId child : ast.children) expression(child);
    const std::string_view message =
        tree_.texts.emplace_back(fmt::format("there is no function {}()", name.substr(0, 64)));
    tree_.constants.push_back(Value::error(message));
    const auto index = static_cast<std::uint32_t>(tree_.constants.size() - 1);
    return {push({.kind = NodeKind::fault, .a = index}, ast), Type::dyn()};
  }
  std::vector<std::string> known = function_names(member);
  if (!member && scope_.use != Use::filter) {
    for (int i = 0; i <= static_cast<int>(AggregateKind::growth); ++i)
      known.emplace_back(name_of(static_cast<AggregateKind>(i)));
    for (const char* more : {"entered", "held", "at", "overdue", "has"}) known.emplace_back(more);
    if (scope_.use == Use::metric) known.emplace_back("accounts");
  }
  return faulty(ast, ast.name_begin, fmt::format("there is no function {}()", name),
                did_you_mean(name, known));
}

Checked Checker::function(const Ast& ast, std::string_view name, bool member) {
  const std::size_t skip = ast.member && !member ? 1 : 0;  // The name space is no argument.
  const std::size_t count = ast.children.size() - skip;
  const Function* function = find_function(name, member, count);
  if (!function) return unknown_function(ast, std::string(name), member);
  if (count > arguments_max || !takes(*function, count)) {
    if (!strict_) return unknown_function(ast, std::string(name), member);
    const int hidden = member ? 1 : 0;
    return faulty(
        ast, ast.name_begin,
        fmt::format(
            "{}() takes {} argument{}, found {}", name,
            function->required == function->most
                ? fmt::format("{}", function->required - hidden)
                : fmt::format("{} to {}", function->required - hidden, function->most - hidden),
            function->most - hidden == 1 ? "" : "s", count - static_cast<std::size_t>(hidden)));
  }
  const bool outer_time = in_time_side_;
  in_time_side_ = false;
  std::vector<std::uint32_t> nodes;
  bool is_faulty = false;
  std::vector<Type> types;
  for (std::size_t i = 0; i < count; ++i) {
    const Ast& argument = syntax_[ast.children[i + skip]];
    const Checked checked = expression(ast.children[i + skip]);
    nodes.push_back(checked.node);
    is_faulty |= checked.type.is_faulty();
    types.push_back(checked.type);
    if (strict_ && !checked.type.may_be(function->parameter(i))) {
      faulty(argument,
             fmt::format("{}() takes {} here, found {}: {}", name, describe(function->parameter(i)),
                         describe(checked.type), slice(argument)));
      is_faulty = true;
    }
  }
  in_time_side_ = outer_time;
  if (strict_ && !is_faulty) is_faulty = !arguments_fit(ast, name, skip, types);
  if (is_faulty) return {constant(Value::error("faulty"), ast), Type::faulty()};
  if (auto constant = folded(ast, *function, nodes)) return *constant;
  tree_.functions.push_back(function);
  const Node node{.kind = NodeKind::call,
                  .a = links(nodes),
                  .b = static_cast<std::uint32_t>(nodes.size()),
                  .c = static_cast<std::uint32_t>(tree_.functions.size() - 1)};
  return {push(node, ast), result_of(ast, *function, types)};
}

// What arguments are to each other, past the kind of each.
bool Checker::arguments_fit(const Ast& ast, std::string_view name, std::size_t skip,
                            const std::vector<Type>& types) {
  const auto refuse = [&](std::size_t i, const Type& expected) {
    const Ast& argument = syntax_[ast.children[i + skip]];
    faulty(argument, fmt::format("{}() takes {} here, found {}: {}", name, describe(expected),
                                 describe(types[i]), slice(argument)));
    return false;
  };
  // Positions in text and numbers of bits as written: below 0 there are none.
  const bool searches = name == "indexOf" || name == "lastIndexOf";
  const bool shifts = name == "math.bitShiftLeft" || name == "math.bitShiftRight";
  if (name == "charAt" || name == "substring" || searches || shifts) {
    for (std::size_t i = searches ? 2 : 1; i < types.size(); ++i) {
      const auto literal = number_literal(ast.children[i + skip]);
      if (!literal || !literal->starts_with('-')) continue;
      faulty(syntax_[ast.children[i + skip]],
             fmt::format("{}() takes int from 0 on here, found {}", name, *literal));
      return false;
    }
  }
  if (name == "orValue" && !comparable(types[0].element_type(), types[1]))
    return refuse(1, types[0].element_type());
  if (name == "or" && !comparable(types[0].element_type(), types[1].element_type()))
    return refuse(1, types[0]);
  if (name == "join" && !types[0].element_type().may_be(bit(Kind::string)))
    return refuse(0, Type::list_of(Type::of(Kind::string)));
  const bool bits = name == "math.bitAnd" || name == "math.bitOr" || name == "math.bitXor";
  if (bits && types[0].is_known() && !types[1].may_be(bit(types[0].kind)))
    return refuse(1, types[0]);
  return true;
}

Type Checker::result_of(const Ast& ast, const Function& function, const std::vector<Type>& types) {
  for (unsigned kind = 1; kind < 15; ++kind) {
    if (function.result != 1u << kind) continue;
    if (function.name == "split") return Type::list_of(Type::of(Kind::string));
    if (function.name == "optional.of" || function.name == "optional.ofNonZeroValue")
      return Type::optional_of(types[0]);
    if (function.name == "or") return common(types[0], types[1]);
    return Type::of(static_cast<Kind>(kind));
  }
  if (function.name == "value") return types[0].element_type();
  if (function.name == "orValue") {
    const Type inner = types[0].element_type();
    return inner.is_known() ? common(inner, types[1]) : inner;
  }
  if (function.name == "math.greatest" || function.name == "math.least") {
    Type all = types.size() == 1 && types[0].is(Kind::list) ? types[0].element_type() : types[0];
    for (const Type& type : types)
      if (types.size() > 1) all = common(all, type);
    return all.is(Kind::list) ? Type::dyn() : all;
  }
  // math.abs, math.sign and the functions on bits give what they are given.
  if (ast.member && function.name.starts_with("math.") && types[0].is_known()) return types[0];
  return Type::dyn();
}

// What is constant is worked out now: times, durations and patterns in quotes.
std::optional<Checked> Checker::folded(const Ast& ast, const Function& function,
                                       const std::vector<std::uint32_t>& arguments) {
  const Ast& last = syntax_[ast.children.empty() ? 0 : ast.children.back()];
  if (ast.children.empty() || last.kind != AstKind::literal || last.literal.kind() != Kind::string)
    return std::nullopt;
  if (function.name == "matches") {
    std::string fault;
    auto pattern = Regex::compile(last.text, fault);
    if (!strict_ && (!pattern || tree_.patterns.size() == patterns_max)) return std::nullopt;
    if (!pattern) return faulty(last, fmt::format("not a regular expression: {}", fault));
    if (tree_.patterns.size() == patterns_max)
      return faulty(last,
                    fmt::format("more than {} regular expressions in one rule", patterns_max));
    tree_.patterns.push_back(std::move(pattern));
    const Node node{.kind = NodeKind::matches,
                    .a = arguments[0],
                    .b = static_cast<std::uint32_t>(tree_.patterns.size() - 1)};
    return Checked{push(node, ast), Type::of(Kind::boolean)};
  }
  if (function.name.starts_with("get") && ast.children.size() == 2)
    return known_zone(last, function);
  if (ast.children.size() != 1 || (function.name != "duration" && function.name != "timestamp"))
    return std::nullopt;
  Arena arena;
  const Value text = Value::string(last.text);
  const Value value = function.evaluate({{&text, 1}, tree_.money, arena});
  if (!value.is_error()) return Checked{constant(value, ast), Type::of(value.kind())};
  if (!strict_) return std::nullopt;
  return faulty(last, fmt::format("{}: {}", quoted(last.text.substr(0, 64)), value.as_string()));
}

// A zone in quotes is looked up now: no instant makes another one of it.
std::optional<Checked> Checker::known_zone(const Ast& zone, const Function& function) {
  if (!strict_) return std::nullopt;
  Arena arena;
  const Value arguments[] = {Value::timestamp(Instant{0}), Value::string(zone.text)};
  const Value value = function.evaluate({arguments, tree_.money, arena});
  if (!value.is_error()) return std::nullopt;
  return faulty(zone,
                fmt::format("expected a time zone, found {}", quoted(zone.text.substr(0, 64))),
                did_you_mean(zone.text, zone_names()));
}

std::optional<std::string> Checker::variable_name(AstId id) {
  const Ast& ast = syntax_[id];
  if (ast.kind == AstKind::name && !ast.rooted) return ast.text;
  faulty(ast, fmt::format("a name for the variable is expected, found {}", slice(ast)));
  return std::nullopt;
}

std::uint32_t Checker::open_local(std::string name, Type type) {
  const std::uint32_t slot = tree_.local_count++;
  locals_.push_back({std::move(name), slot, type});
  return slot;
}

std::optional<Checked> Checker::macro(const Ast& ast) {
  const std::size_t arguments = ast.children.size() - 1;
  if ((ast.text == "optMap" || ast.text == "optFlatMap") && arguments == 2)
    return if_present(ast, ast.text == "optFlatMap");
  for (const MacroName& entry : macros) {
    if (ast.text != entry.name) continue;
    // With three arguments map(x, p, f) has one variable, exists(i, v, p) two.
    if (entry.one_variable && arguments >= entry.arguments_min && arguments <= entry.arguments_max)
      return comprehension(ast, entry.macro, false);
    if (entry.two_variables && arguments > entry.arguments_min &&
        arguments <= entry.arguments_max + 1)
      return comprehension(ast, entry.macro, true);
    return faulty(ast, ast.name_begin,
                  fmt::format("{}() takes a variable and an expression, found {} argument{}",
                              ast.text, arguments, arguments == 1 ? "" : "s"));
  }
  return std::nullopt;
}

Checked Checker::comprehension(const Ast& ast, Macro macro, bool two_variables) {
  const bool outer_time = in_time_side_;
  in_time_side_ = false;
  const Checked range = expression(ast.children[0]);
  const std::size_t local_count = locals_.size();
  if (strict_ && !range.type.is_faulty() && !range.type.may_be(bit(Kind::list) | bit(Kind::map))) {
    faulty(syntax_[ast.children[0]],
           fmt::format("{}() goes over a list or a map, found {}: {}", ast.text,
                       describe(range.type), slice(syntax_[ast.children[0]])));
  }
  const bool list = range.type.is(Kind::list);
  const Type key = range.type.key_type(), element = range.type.element_type();
  const auto first_name = variable_name(ast.children[1]);
  const auto second_name =
      two_variables ? variable_name(ast.children[2]) : std::optional<std::string>("");
  if (!first_name || !second_name) {
    in_time_side_ = outer_time;
    return {constant(Value::error("faulty"), ast), Type::faulty()};
  }
  if (two_variables && *first_name == *second_name)
    faulty(syntax_[ast.children[2]], "the two variables have the same name");
  Type first = list ? element : key;  // One variable: an item of a list, or a key of a map.
  if (two_variables && list) first = Type::of(Kind::integer);
  const std::uint32_t slot = open_local(*first_name, first);
  if (two_variables) open_local(*second_name, element);

  const std::size_t nodes_before = tree_.nodes.size();
  const std::size_t at = two_variables ? 3 : 2;
  const bool conditional = ast.children.size() - at == 2;
  const bool predicate = macro == Macro::all || macro == Macro::exists ||
                         macro == Macro::exists_one || macro == Macro::filter;
  std::uint32_t test = no_node;
  if (conditional) test = condition(ast.children[at], ast.text + "()").node;
  const AstId body_id = ast.children[at + (conditional ? 1 : 0)];
  const Checked body = predicate ? condition(body_id, ast.text + "()") : expression(body_id);
  locals_.resize(local_count);
  in_time_side_ = outer_time;

  if (strict_ && macro == Macro::transform_map_entry && !body.type.may_be(bit(Kind::map)))
    faulty(syntax_[body_id], fmt::format("{}() takes a map for each item, found {}: {}", ast.text,
                                         describe(body.type), slice(syntax_[body_id])));
  Type type = Type::of(Kind::boolean);
  if (macro == Macro::filter) type = list ? range.type : Type::list_of(key);
  if (macro == Macro::transform_map) type = Type::map_of(first, body.type);
  if (macro == Macro::transform_map_entry)
    type = body.type.is(Kind::map) ? body.type : Type::of(Kind::map);
  if (macro == Macro::map || macro == Macro::transform_list) type = Type::list_of(body.type);
  const Node node{.kind = NodeKind::comprehension,
                  .part = static_cast<std::uint8_t>(macro),
                  .two_variables = two_variables,
                  .a = links({range.node, body.node, test}),
                  .b = static_cast<std::uint32_t>(tree_.nodes.size() - nodes_before + 1),
                  .c = slot};
  return {push(node, ast), type};
}

// cel.bind(name, value, body)
Checked Checker::bind(const Ast& ast) {
  if (ast.children.size() != 4)
    return faulty(ast, ast.name_begin, "cel.bind() takes a variable, a value and an expression");
  const Checked value = expression(ast.children[2]);
  const auto name = variable_name(ast.children[1]);
  if (!name) return {constant(Value::error("faulty"), ast), Type::faulty()};
  const std::uint32_t slot = open_local(*name, value.type);
  const Checked body = expression(ast.children[3]);
  locals_.pop_back();
  return {push({.kind = NodeKind::bind, .a = value.node, .b = body.node, .c = slot}, ast),
          body.type};
}

// x.optMap(v, f), x.optFlatMap(v, f)
Checked Checker::if_present(const Ast& ast, bool flat) {
  const Checked optional = expression(ast.children[0]);
  if (strict_ && !optional.type.may_be(bit(Kind::optional)))
    return faulty(ast, fmt::format("{}() takes an optional, found {}: {}", ast.text,
                                   describe(optional.type), slice(syntax_[ast.children[0]])));
  const auto name = variable_name(ast.children[1]);
  if (!name) return {constant(Value::error("faulty"), ast), Type::faulty()};
  const std::uint32_t slot = open_local(*name, optional.type.element_type());
  const Checked body = expression(ast.children[2]);
  locals_.pop_back();
  const Ast& body_ast = syntax_[ast.children[2]];
  if (strict_ && flat && !body.type.may_be(bit(Kind::optional)))
    faulty(body_ast, fmt::format("{}() gives an optional, found {}: {}", ast.text,
                                 describe(body.type), slice(body_ast)));
  const Node node{.kind = NodeKind::if_present,
                  .part = static_cast<std::uint8_t>(flat),
                  .a = optional.node,
                  .b = body.node,
                  .c = slot};
  if (flat) return {push(node, ast), common(body.type, Type::of(Kind::optional))};
  return {push(node, ast), Type::optional_of(body.type)};
}

}  // namespace pharos::cel
