// cel/check_name.cc: what names stand for: attributes, nodes, properties, variables, types.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cel/check.h"

namespace pharos::cel {
namespace {

struct FieldName {
  std::string_view name;
  NodeField field;
  Kind kind;
};
constexpr FieldName node_fields[] = {{"entered", NodeField::entered, Kind::boolean},
                                     {"held", NodeField::held, Kind::boolean},
                                     {"at", NodeField::at, Kind::boolean},
                                     {"overdue", NodeField::overdue, Kind::boolean},
                                     {"entry", NodeField::entry, Kind::integer},
                                     {"entered_at", NodeField::entered_at, Kind::timestamp}};

template <class Items>
std::vector<std::string> names_of(const Items& items) {
  std::vector<std::string> names;
  for (const auto& item : items) names.push_back(item.name);
  return names;
}

template <class Items>
std::optional<std::uint32_t> find_named(const Items& items, std::string_view name) {
  for (std::size_t i = 0; i < items.size(); ++i)
    if (items[i].name == name) return static_cast<std::uint32_t>(i);
  return std::nullopt;
}

constexpr std::string_view filter_rule = "a filter reads only the event's own properties";

}  // namespace

const Checker::Local* Checker::find_local(std::string_view name) const {
  for (auto local = locals_.rbegin(); local != locals_.rend(); ++local)
    if (local->name == name) return &*local;
  return nullptr;
}

bool Checker::is_track(std::string_view name) const {
  return std::ranges::find(schema_.nodes, name, &NodeName::track) != schema_.nodes.end();
}

std::optional<Checker::Path> Checker::path_of(AstId id) const {
  Path path;
  for (;; id = syntax_[id].children[0]) {
    const Ast& ast = syntax_[id];
    const bool root = ast.kind == AstKind::name;
    if (!root && (ast.kind != AstKind::select || ast.optional)) return std::nullopt;
    path.names.push_back(ast.text);
    path.begins.push_back(ast.name_begin);
    if (!root) continue;
    if (!ast.rooted && find_local(ast.text)) return std::nullopt;
    std::ranges::reverse(path.names);
    std::ranges::reverse(path.begins);
    return path;
  }
}

Checked Checker::name(const Ast& ast) {
  if (const Local* local = ast.rooted ? nullptr : find_local(ast.text))
    return {push({.kind = NodeKind::local, .a = local->slot}, ast), local->type};
  const std::string& name = ast.text;
  if (!strict_)
    return qualified(static_cast<AstId>(&ast - syntax_.nodes.data()), {{name}, {ast.name_begin}});
  if (name == "now") return now(ast);
  if (scope_.use == Use::filter) {
    if (name == "member") return event_part(ast, ast.begin, name);
    return property(ast, ast.begin, name);
  }
  if (const Parameter* found = find_parameter(name)) return parameter(ast, *found);
  if (reads_account() && find_named(schema_.attributes, name))
    return attribute(ast, ast.begin, name);
  if (scope_.use == Use::metric &&
      std::ranges::find(scope_.metrics, name) != scope_.metrics.end()) {
    const std::uint32_t names = links({text_constant(name)});
    return {push({.kind = NodeKind::variable, .a = names, .b = 1}, ast), Type::number()};
  }
  if (const TypeName* type = find_type(name))
    return {constant(Value::boxed(Kind::type, type), ast), Type::of(Kind::type)};
  return unknown_name(ast, ast.begin, name);
}

Checked Checker::unknown_name(const Ast& ast, std::uint32_t begin, const std::string& name) {
  std::string message = fmt::format("{} is not a known name", quoted(name));
  if (const auto event = find_named(schema_.events, name); event && scope_.use != Use::filter)
    return faulty(ast, begin, fmt::format("{} is an event, not a value", quoted(name)),
                  fmt::format("Count it: count({}, '30d').", name));
  if (is_track(name) && reads_account())
    return faulty(ast, begin, fmt::format("{} is a track, not a value", quoted(name)),
                  fmt::format("Name a node and its field: {}.NODE.held.", name));
  for (const NodeName& node : schema_.nodes)
    if (node.node == name && reads_account())
      return faulty(ast, begin, fmt::format("{} is a node, not a value", quoted(name)),
                    fmt::format("Ask for its field: {}.{}.held.", node.track, name));
  std::vector<std::string> known;
  add_local_names(known);
  std::string hint;
  if (reads_account()) {
    for (const Property& attribute : schema_.attributes) known.push_back(attribute.name);
    for (const char* more : {"now", "account"}) known.emplace_back(more);
    for (const Parameter& parameter : scope_.parameters) known.push_back(parameter.name);
    if (reads_event()) known.emplace_back("event");
    for (const NodeName& node : schema_.nodes) known.push_back(node.track);
    hint = property_hint(name);
  } else if (scope_.use == Use::metric) {
    known.insert(known.end(), scope_.metrics.begin(), scope_.metrics.end());
    message = fmt::format("{} is not a metric", quoted(name));
  }
  if (hint.empty()) hint = did_you_mean(name, known);
  return faulty(ast, begin, std::move(message), std::move(hint));
}

// What to write for a property that stands where no event is.
std::string Checker::property_hint(const std::string& name) const {
  for (const EventType& event : schema_.events)
    if (find_named(event.properties, name))
      return fmt::format("It is a property of {0}. Take it over a window: last({0}.{1}, '30d').",
                         event.name, name);
  return {};
}

void Checker::add_local_names(std::vector<std::string>& names) const {
  for (const Local& local : locals_) names.push_back(local.name);
}

Checked Checker::now(const Ast& ast) {
  if (scope_.use == Use::filter) return faulty(ast, std::string(filter_rule) + ", found \"now\"");
  if (scope_.use == Use::metric)
    return faulty(ast, "a metric does not read \"now\"", "Use a window, such as '30d'.");
  if (checks_time() && !in_time_side_) return misplaced_time(ast, "\"now\"");
  rule_.reads_time = true;
  return {push({.kind = NodeKind::now}, ast), Type::of(Kind::timestamp)};
}

const Parameter* Checker::find_parameter(std::string_view name) const {
  if (!reads_account()) return nullptr;
  const auto found = std::ranges::find(scope_.parameters, name, &Parameter::name);
  return found == scope_.parameters.end() ? nullptr : &*found;
}

Checked Checker::parameter(const Ast& ast, const Parameter& parameter) {
  std::vector<std::uint32_t> nodes;
  for (const std::string& text : parameter.texts)
    nodes.push_back(push({.kind = NodeKind::constant, .a = text_constant(text)}, ast));
  const Type text = Type::of(Kind::string);
  if (!parameter.is_list) {
    ASSERT(nodes.size() == 1);
    return {nodes[0], text};
  }
  return {push({.kind = NodeKind::list,
                .a = links(nodes),
                .b = static_cast<std::uint32_t>(nodes.size())},
               ast),
          Type::list_of(text)};
}

Checked Checker::attribute(const Ast& ast, std::uint32_t begin, const std::string& name) {
  const auto index = find_named(schema_.attributes, name);
  if (!index)
    return faulty(ast, begin, fmt::format("{} is not an attribute", quoted(name)),
                  did_you_mean(name, names_of(schema_.attributes)));
  rule_.attributes.push_back(*index);
  return {push({.kind = NodeKind::attribute, .a = *index}, ast),
          Type::of(schema_.attributes[*index])};
}

Checked Checker::property(const Ast& ast, std::uint32_t begin, const std::string& name) {
  const EventType& event = schema_.events[static_cast<std::size_t>(scope_.event)];
  if (const auto index = find_named(event.properties, name))
    return {push({.kind = NodeKind::property, .a = *index}, ast),
            Type::of(event.properties[*index])};
  if (scope_.use == Use::filter && find_named(schema_.attributes, name))
    return faulty(ast, begin, fmt::format("{}, found the attribute {}", filter_rule, quoted(name)));
  std::vector<std::string> known = names_of(event.properties);
  if (scope_.use == Use::filter) add_local_names(known);
  known.emplace_back("member");
  if (scope_.use != Use::filter) known.emplace_back("time");
  return faulty(ast, begin, fmt::format("{} is not a property of {}", quoted(name), event.name),
                did_you_mean(name, known));
}

Checked Checker::event_part(const Ast& ast, std::uint32_t begin, const std::string& name) {
  const EventType& event = schema_.events[static_cast<std::size_t>(scope_.event)];
  if (find_named(event.properties, name)) return property(ast, begin, name);
  if (name == "member") return {push({.kind = NodeKind::member}, ast), Type::of(Kind::string)};
  if (name == "time" && scope_.use != Use::filter)
    return {push({.kind = NodeKind::event_time}, ast), Type::of(Kind::timestamp)};
  return property(ast, begin, name);
}

// Plain CEL binds the longest name that the activation knows, and selects the rest as fields.
Checked Checker::qualified(AstId id, const Path& path) {
  const Ast& ast = syntax_[id];
  const std::vector<std::string>& names = path.names;
  if (!strict_) {
    std::vector<std::string> prefixes;
    for (const std::string& name : names)
      prefixes.push_back(prefixes.empty() ? name : prefixes.back() + "." + name);
    std::vector<std::uint32_t> list;
    for (auto prefix = prefixes.rbegin(); prefix != prefixes.rend(); ++prefix)
      list.push_back(text_constant(*prefix));
    for (std::size_t i = 1; i < names.size(); ++i) list.push_back(text_constant(names[i]));
    Node node{.kind = NodeKind::variable,
              .a = links(list),
              .b = static_cast<std::uint32_t>(names.size())};
    if (const TypeName* type = find_type(prefixes.back())) {
      tree_.constants.push_back(Value::boxed(Kind::type, type));
      node.part = 1;
      node.c = static_cast<std::uint32_t>(tree_.constants.size() - 1);
    }
    return {push(node, ast), Type::dyn()};
  }
  if (names.size() == 2 && names[0] == "account" && reads_account())
    return attribute(ast, path.begins[1], names[1]);
  if (names[0] == "event" && (reads_event() || reads_account())) {
    if (!reads_event())
      return faulty(
          ast, "there is no event at hand here: \"event\" is known in the `if` of an `on` node",
          "Read events through a window, such as last(EVENT.PROPERTY).");
    if (names.size() == 2) return event_part(ast, path.begins[1], names[1]);
  }
  if (reads_account() && is_track(names[0])) return node_part(ast, path);
  std::string full = names[0];
  for (std::size_t i = 1; i < names.size(); ++i) full += "." + names[i];
  if (const TypeName* type = find_type(full))
    return {constant(Value::boxed(Kind::type, type), ast), Type::of(Kind::type)};
  if (const auto event = find_named(schema_.events, names[0]); event && scope_.use != Use::filter) {
    return faulty(ast, fmt::format("{} is a property of events, not a value", quoted(full)),
                  fmt::format("Take it over a window: sum({}, '30d') or last({}).", full, full));
  }
  const Checked inner = expression(ast.children[0]);
  if (inner.type.is_faulty()) return inner;
  return field(ast, inner);
}

std::optional<std::uint32_t> Checker::find_node(const Ast& ast, std::uint32_t begin,
                                                std::string_view track, std::string_view node) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < schema_.nodes.size(); ++i) {
    if (schema_.nodes[i].track != track) continue;
    if (schema_.nodes[i].node == node) return static_cast<std::uint32_t>(i);
    known.push_back(schema_.nodes[i].node);
  }
  faulty(ast, begin, fmt::format("{} is not a node of track {}", quoted(node), quoted(track)),
         did_you_mean(node, known));
  return std::nullopt;
}

Checked Checker::node_part(const Ast& ast, const Path& path) {
  const auto& names = path.names;
  if (names.size() < 2) return unknown_name(ast, path.begins[0], names[0]);
  const auto node = find_node(ast, path.begins[1], names[0], names[1]);
  if (!node) return {constant(Value::error("faulty"), ast), Type::faulty()};
  if (names.size() != 3)
    return faulty(
        ast, fmt::format("\"{}.{}\" is a node: expected one of its fields", names[0], names[1]),
        "Fields are held, entered, at, overdue, entry and entered_at.");
  for (const auto& [name, field, kind] : node_fields) {
    if (name != names[2]) continue;
    rule_.nodes.push_back(*node);
    return {
        push({.kind = NodeKind::node_field, .part = static_cast<std::uint8_t>(field), .a = *node},
             ast),
        Type::of(kind)};
  }
  std::vector<std::string> known;
  for (const FieldName& field : node_fields) known.emplace_back(field.name);
  std::string hint = did_you_mean(names[2], known);
  if (hint.empty()) hint = "Fields are held, entered, at, overdue, entry and entered_at.";
  return faulty(ast, path.begins[2], fmt::format("{} is not a field of a node", quoted(names[2])),
                std::move(hint));
}

// entered('main.activated'), held(), at(), overdue(); 'activated' where only one track has it.
Checked Checker::node_function(const Ast& ast) {
  if (!reads_account())
    return faulty(
        ast,
        fmt::format("{}() asks for a node; {}", ast.text,
                    scope_.use == Use::filter ? filter_rule : "a metric is not about one account"));
  const bool named = ast.children.size() == 1 &&
                     syntax_[ast.children[0]].kind == AstKind::literal &&
                     syntax_[ast.children[0]].literal.kind() == Kind::string;
  if (!named)
    return faulty(
        ast,
        fmt::format("{}() takes the name of a node in quotes, such as '{}', found {}", ast.text,
                    schema_.nodes.empty() ? "main.activated"
                                          : schema_.nodes[0].track + "." + schema_.nodes[0].node,
                    arguments_of(ast)));
  const Ast& argument = syntax_[ast.children[0]];
  const std::string& full = argument.text;
  std::optional<std::uint32_t> found;
  if (const std::size_t dot = full.find('.'); dot != std::string::npos) {
    const std::string track = full.substr(0, dot);
    if (!is_track(track)) {
      std::vector<std::string> tracks;
      for (const NodeName& node : schema_.nodes) tracks.push_back(node.track);
      return faulty(ast, argument.begin, fmt::format("{} is not a track", quoted(track)),
                    did_you_mean(track, tracks));
    }
    found = find_node(ast, argument.begin, track, std::string_view(full).substr(dot + 1));
    if (!found) return {constant(Value::error("faulty"), ast), Type::faulty()};
  } else {
    std::vector<std::string> known;
    for (std::size_t i = 0; i < schema_.nodes.size(); ++i) {
      known.push_back(schema_.nodes[i].node);
      if (schema_.nodes[i].node != full) continue;
      if (found)
        return faulty(
            ast, argument.begin,
            fmt::format("{} is a node of track {} and of track {}", quoted(full),
                        quoted(schema_.nodes[*found].track), quoted(schema_.nodes[i].track)),
            fmt::format("Write '{}.{}'.", schema_.nodes[*found].track, full));
      found = static_cast<std::uint32_t>(i);
    }
    if (!found)
      return faulty(ast, argument.begin, fmt::format("{} is not a node", quoted(full)),
                    did_you_mean(full, known));
  }
  rule_.nodes.push_back(*found);
  const auto field = std::ranges::find(node_fields, ast.text, &FieldName::name);
  return {push({.kind = NodeKind::node_field,
                .part = static_cast<std::uint8_t>(field->field),
                .a = *found},
               ast),
          Type::of(Kind::boolean)};
}

Checked Checker::present(AstId id) {
  const Ast& ast = syntax_[id];
  if (ast.children.size() != 1 || syntax_[ast.children[0]].kind != AstKind::select) {
    std::string hint;
    if (strict_ && ast.children.size() == 1 && syntax_[ast.children[0]].kind == AstKind::name) {
      const std::string& name = syntax_[ast.children[0]].text;
      if (reads_account() && find_named(schema_.attributes, name))
        hint = fmt::format("Write has(account.{}).", name);
      else if (scope_.use == Use::filter)
        hint = fmt::format("Write has(event.{}).", name);
    }
    return faulty(ast, "has() takes a field, such as account.NAME, found " + arguments_of(ast),
                  std::move(hint));
  }
  const Ast& field = syntax_[ast.children[0]];
  if (strict_ && path_of(ast.children[0])) {
    const Checked operand = expression(ast.children[0]);
    const NodeKind kind = tree_.nodes[operand.node].kind;
    if (kind != NodeKind::select) {
      return {push({.kind = NodeKind::present, .a = operand.node}, ast), Type::of(Kind::boolean)};
    }
    Node& node = tree_.nodes[operand.node];
    node.kind = NodeKind::has;
    node.begin = ast.begin - base_;
    node.end = ast.end - base_;
    return {operand.node, Type::of(Kind::boolean)};
  }
  const Checked operand = expression(field.children[0]);
  return {push({.kind = NodeKind::has, .a = operand.node, .b = text_constant(field.text)}, ast),
          Type::of(Kind::boolean)};
}

}  // namespace pharos::cel
