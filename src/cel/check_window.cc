// cel/check_window.cc: window functions: count(order_paid, '30d', category == 'shoes').
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cel/check.h"

namespace pharos::cel {
namespace {

constexpr AggregateKind aggregate_kinds[] = {
    AggregateKind::count, AggregateKind::sum,   AggregateKind::avg,  AggregateKind::min,
    AggregateKind::max,   AggregateKind::first, AggregateKind::last, AggregateKind::distinct,
    AggregateKind::since, AggregateKind::growth};

constexpr std::string_view accounts_name = "accounts";  // distinct accounts, in metrics

std::optional<AggregateKind> find_kind(std::string_view name) {
  for (const AggregateKind kind : aggregate_kinds)
    if (name == name_of(kind)) return kind;
  if (name == accounts_name) return AggregateKind::distinct;
  return std::nullopt;
}

bool is_text(const Ast& ast) {
  return ast.kind == AstKind::literal && ast.literal.kind() == Kind::string;
}

const std::vector<std::string>& calendar_names() {
  static const std::vector<std::string> names{
      "today",        "yesterday",    "this week", "last week", "this month", "last month",
      "this quarter", "last quarter", "this year", "last year", "all"};
  return names;
}

// What the functions take, for messages.
std::string example_of(AggregateKind kind, bool accounts) {
  if (accounts) return "accounts(EVENT) or accounts(EVENT, '30d')";
  switch (kind) {
    case AggregateKind::count: return "count(EVENT, '30d')";
    case AggregateKind::since: return "since(EVENT)";
    case AggregateKind::growth: return "growth(EVENT.PROPERTY, '30d')";
    default: return fmt::format("{}(EVENT.PROPERTY, '30d')", name_of(kind));
  }
}

}  // namespace

bool Checker::is_window_function(const Ast& ast) const {
  return strict_ && !ast.member && find_kind(ast.text) &&
         (ast.text != accounts_name || scope_.use == Use::metric);
}

Checked Checker::window_function(const Ast& ast) {
  if (scope_.use == Use::filter)
    return faulty(
        ast, fmt::format("a filter reads only the event's own properties, found {}()", ast.text));
  Aggregate aggregate;
  aggregate.kind = *find_kind(ast.text);
  aggregate.text = slice(ast);
  const bool accounts = ast.text == accounts_name;
  if (aggregate.kind == AggregateKind::since) {
    if (scope_.use == Use::metric)
      return faulty(ast, "a metric does not read since(), which is about one account");
    if (checks_time() && !in_time_side_) return misplaced_time(ast, "since()");
  }
  if (ast.children.empty())
    return faulty(ast, fmt::format("{}() needs an event: {}", ast.text,
                                   example_of(aggregate.kind, accounts)));
  const std::size_t faults = faults_.count();
  const bool known = subject(ast, ast.children[0], aggregate);
  if (!known) {  // A filter without its event cannot be checked; the window can.
    const Ast* window = ast.children.size() > 1 ? &syntax_[ast.children[1]] : nullptr;
    if (window && is_text(*window)) window_arguments(ast, aggregate);
    return {constant(Value::error("faulty"), ast), Type::faulty()};
  }
  if (accounts) aggregate.property = property_account;
  window_arguments(ast, aggregate);
  if (faults_.count() != faults) return {constant(Value::error("faulty"), ast), Type::faulty()};
  return aggregate_of(ast, std::move(aggregate));
}

// The event, and the property behind its dot.
bool Checker::subject(const Ast& call, AstId id, Aggregate& aggregate) {
  const Ast& ast = syntax_[id];
  const bool with_property = ast.kind == AstKind::select && !ast.optional &&
                             syntax_[ast.children[0]].kind == AstKind::name;
  const bool accounts = call.text == accounts_name;
  const std::string example = example_of(aggregate.kind, accounts);
  if (ast.kind != AstKind::name && !with_property) {
    faulty(ast, fmt::format("{}() takes an event, found {}", call.text, slice(ast)),
           fmt::format("Write {}.", example));
    return false;
  }
  const Ast& event_ast = with_property ? syntax_[ast.children[0]] : ast;
  const auto event = std::ranges::find(schema_.events, event_ast.text, &EventType::name);
  if (event == schema_.events.end()) {
    std::vector<std::string> known;
    for (const EventType& type : schema_.events) known.push_back(type.name);
    faulty(event_ast, fmt::format("{} is not an event", quoted(event_ast.text)),
           did_you_mean(event_ast.text, known));
    return false;
  }
  aggregate.event = static_cast<std::uint32_t>(event - schema_.events.begin());
  const bool counts_events =
      accounts || aggregate.kind == AggregateKind::count || aggregate.kind == AggregateKind::since;
  if (!with_property) {
    if (counts_events || aggregate.kind == AggregateKind::growth) return true;
    faulty(ast,
           fmt::format("{}() takes a property of the event, found only {}", call.text,
                       quoted(event->name)),
           event->properties.empty() ? ""
                                     : fmt::format("Write {}({}.{}).", call.text, event->name,
                                                   event->properties[0].name));
    return false;
  }
  if (counts_events) {
    faulty(ast,
           fmt::format("{}() takes an event without property, found {}", call.text, slice(ast)),
           fmt::format("Write {}({}).", call.text, event->name));
    return false;
  }
  const auto property = std::ranges::find(event->properties, ast.text, &Property::name);
  if (property != event->properties.end()) {
    aggregate.property = static_cast<std::int32_t>(property - event->properties.begin());
  } else if (ast.text == "member") {
    aggregate.property = property_member;
  } else {
    std::vector<std::string> known{"member"};
    for (const Property& p : event->properties) known.push_back(p.name);
    faulty(ast, ast.name_begin,
           fmt::format("{} is not a property of {}", quoted(ast.text), event->name),
           did_you_mean(ast.text, known));
    return false;
  }
  return property_fits(call, ast, aggregate);
}

bool Checker::property_fits(const Ast& call, const Ast& at, const Aggregate& aggregate) {
  const bool member = aggregate.property == property_member;
  const Property* property = member
                                 ? nullptr
                                 : &schema_.events[aggregate.event]
                                        .properties[static_cast<std::size_t>(aggregate.property)];
  const PropertyType type = member ? PropertyType::string : property->type;
  const bool number =
      type == PropertyType::int_ || type == PropertyType::double_ || type == PropertyType::money;
  const auto refuse = [&](std::string_view expected) {
    faulty(at, at.name_begin,
           fmt::format("{}() takes {}, found {}, which is {}", call.text, expected, slice(at),
                       member ? "a member" : name_of(type)),
           "distinct() and last() take any type.");
    return false;
  };
  switch (aggregate.kind) {
    case AggregateKind::sum:
    case AggregateKind::avg:
    case AggregateKind::growth: return number || refuse("int, double or money");
    case AggregateKind::min:
    case AggregateKind::max:
      return number || type == PropertyType::time || refuse("int, double, money or time");
    default: return true;
  }
}

// The window in quotes and the filter, either of which may be absent.
bool Checker::window_arguments(const Ast& call, Aggregate& aggregate) {
  std::size_t next = 1;
  const std::size_t count = call.children.size();
  const bool since = aggregate.kind == AggregateKind::since;
  const bool growth = aggregate.kind == AggregateKind::growth;
  if (next < count && is_text(syntax_[call.children[next]])) {
    const Ast& text = syntax_[call.children[next++]];
    const auto window = parse_window(text.text);
    if (since) {
      faulty(text, "since() has no window: it goes back to the latest event, however old",
             "Compare it instead: since(EVENT) > '30d'.");
    } else if (!window) {
      faulty(text, window.error().message, did_you_mean(text.text, calendar_names()));
    } else {
      aggregate.window = *window;
      if (growth && window->kind != WindowKind::rolling)
        faulty(text,
               fmt::format("growth() compares a window with the one before: expected a length "
                           "such as '30d', found {}",
                           quoted(text.text)));
    }
  } else if (growth) {
    faulty(call, "growth() needs a window: growth(EVENT.PROPERTY, '30d')");
  }
  if (next < count) {
    const AstId id = call.children[next++];
    if (is_text(syntax_[id]))
      faulty(syntax_[id], "a filter is expected behind the window, found text in quotes");
    else
      aggregate.filter = filter(id, aggregate.event);
  }
  if (next < count)
    faulty(syntax_[call.children[next]],
           fmt::format("{}() takes an event, a window and a filter, found {} arguments", call.text,
                       count));
  return true;
}

std::int32_t Checker::filter(AstId id, std::uint32_t event) {
  const Ast& ast = syntax_[id];
  const Scope scope{.use = Use::filter,
                    .schema = &schema_,
                    .event = static_cast<std::int32_t>(event),
                    .metrics = {}};
  Rule rule = Checker(text_, ast.begin, syntax_, scope, faults_).run(id, Kind::boolean);
  std::string folded = slice(ast);
  for (std::size_t i = 0; i < filters_.size(); ++i)
    if (filters_[i].event == event && filters_[i].text == folded)
      return static_cast<std::int32_t>(i);
  rule.text = text_.substr(ast.begin, ast.end - ast.begin);
  rule.place = faults_.place(ast.begin);
  rule_.filters.push_back(std::move(rule));
  filters_.push_back({event, std::move(folded)});
  return static_cast<std::int32_t>(rule_.filters.size() - 1);
}

Type Checker::aggregate_type(const Aggregate& aggregate) const {
  Type type = Type::of(Kind::string);  // Of the property.
  if (aggregate.property >= 0)
    type = Type::of(
        schema_.events[aggregate.event].properties[static_cast<std::size_t>(aggregate.property)]);
  switch (aggregate.kind) {
    case AggregateKind::count:
    case AggregateKind::distinct: return Type::of(Kind::integer);
    case AggregateKind::since: return Type::of(Kind::duration);
    case AggregateKind::growth: return Type::of(Kind::real);
    case AggregateKind::avg: return type.is(Kind::money) ? type : Type::of(Kind::real);
    default: return type;
  }
}

// Equal aggregates of one rule are one.
Checked Checker::aggregate_of(const Ast& call, Aggregate aggregate) {
  const Type type = aggregate_type(aggregate);
  if (aggregate.kind == AggregateKind::since) rule_.reads_time = true;
  const auto same = [&](const Aggregate& other) {
    return other.kind == aggregate.kind && other.event == aggregate.event &&
           other.property == aggregate.property && other.window == aggregate.window &&
           other.filter == aggregate.filter;
  };
  const auto at = std::ranges::find_if(rule_.aggregates, same);
  const auto index = static_cast<std::uint32_t>(at - rule_.aggregates.begin());
  if (at == rule_.aggregates.end()) rule_.aggregates.push_back(std::move(aggregate));
  return {push({.kind = NodeKind::aggregate, .a = index}, call), type};
}

}  // namespace pharos::cel
