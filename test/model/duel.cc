// model/duel.cc: compiles, evaluates twice and compares.
#include "model/duel.h"

#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "cel/testing.h"
#include "model/facts.h"
#include "model/grammar.h"
#include "model/walk.h"

namespace pharos::model {
namespace {

using cel::Use;
using cel::Value;

class PlainActivation : public cel::Activation {
 public:
  explicit PlainActivation(const Bindings& bindings) {
    for (const auto& [name, datum] : bindings) values_.emplace(name, to_value(datum, arena_));
  }
  Value variable(std::string_view name) override {
    const auto at = values_.find(name);
    return at == values_.end() ? Value::error("no such variable") : at->second;
  }

 private:
  cel::Arena arena_;
  std::map<std::string, Value, std::less<>> values_;
};

bool is_limit(const Value& value) {
  return value.is_error() && (value.as_string() == cel::too_many_steps().as_string() ||
                              value.as_string() == cel::too_much_memory().as_string());
}

std::string shown(const Value& value, const cel::Schema& schema) {
  return std::string(type_name(value.kind())) + " " + cel::format_value(value, schema);
}

Duel verdict_of(std::string_view text, const Datum& wanted, const Value& is,
                const cel::Schema& schema) {
  if (is_limit(is)) return {Verdict::undecided, false, {}};
  if (is_same(wanted, is)) return {Verdict::same, !wanted.is_error(), {}};
  return {
      Verdict::different, false,
      fmt::format("{}\n  model:     {}\n  evaluator: {}\n", text, show(wanted), shown(is, schema))};
}

}  // namespace

Bindings make_bindings(Choices& choices) {
  Bindings bindings;
  const World empty{.use = Use::plain,
                    .schema = nullptr,
                    .event = {},
                    .variable = [](const std::string&) { return std::nullopt; },
                    .fact = {}};
  for (const PlainName& name : plain_names()) {
    if (name.name == "gone" || choices.one_in(16)) continue;
    const std::string text = plain_value(name.kind, choices);
    cel::Faults faults(text, {"binding", 1, 1});
    const cel::Syntax syntax = cel::parse(text, faults);
    ASSERT(syntax.complete && faults.count() == 0);
    Datum datum = Walk(syntax, text, empty).run();
    if (!datum.is_error()) bindings.emplace(name.name, std::move(datum));
  }
  return bindings;
}

Duel duel_plain(std::string_view text, const Bindings& bindings) {
  const cel::Compiled compiled = cel::compile(text, {"duel", 1, 1}, {}, std::nullopt);
  if (!compiled.rule)
    return {Verdict::refused, false, cel::testing::lines_of(compiled.diagnostics)};
  cel::Faults faults(text, {"duel", 1, 1});
  const cel::Syntax syntax = cel::parse(text, faults);
  const World world{.use = Use::plain,
                    .schema = nullptr,
                    .event = {},
                    .variable = [&](const std::string& name) -> std::optional<Datum> {
                      const auto at = bindings.find(name);
                      if (at == bindings.end()) return std::nullopt;
                      return at->second;
                    },
                    .fact = {}};
  Walk walk(syntax, text, world);
  const Datum wanted = walk.run();
  if (walk.gave_up()) return {Verdict::undecided, false, {}};
  static cel::Arena arena;
  PlainActivation activation(bindings);
  const Value is = cel::evaluate(*compiled.rule, activation, arena);
  Duel duel = verdict_of(text, wanted, is, {});
  if (duel.verdict == Verdict::different)
    for (const auto& [name, datum] : bindings)
      if (text.find(name) != std::string_view::npos)
        duel.report += fmt::format("  {} = {}\n", name, show(datum));
  return duel;
}

Duel duel_rule(std::string_view text, Use use, std::uint64_t seed) {
  constexpr std::array<std::pair<std::string_view, int>, 3> currencies{
      {{"CNY", 2}, {"JPY", 0}, {"KWD", 3}}};
  cel::Schema schema = cel::testing::shop();
  const auto& [code, digits] = currencies[seed % 3];
  schema.currency = {std::string(code), digits};
  const std::vector<std::string> metrics{"gmv", "orders", "rate", "sellers"};
  const bool has_event = use == Use::filter || use == Use::rule;
  const cel::Scope scope{
      .use = use, .schema = &schema, .event = has_event ? 0 : -1, .metrics = metrics};
  const cel::Compiled compiled = cel::compile(text, {"duel", 1, 1}, scope, std::nullopt);
  if (!compiled.rule)
    return {Verdict::refused, false,
            fmt::format("{}\n{}", text, cel::testing::lines_of(compiled.diagnostics))};
  FactTable table(schema, seed);
  const World world{.use = use,
                    .schema = &schema,
                    .event = has_event ? "order_paid" : "",
                    .variable = [&](const std::string& name) { return table("metric " + name); },
                    .fact = [&](const std::string& name) { return table(name); }};
  cel::Faults faults(text, {"duel", 1, 1});
  const cel::Syntax syntax = cel::parse(text, faults);
  Walk walk(syntax, text, world);
  const Datum wanted = walk.run();
  if (walk.gave_up()) return {Verdict::undecided, false, {}};
  static cel::Arena arena;
  TableActivation activation(table, schema, *compiled.rule, has_event ? 0 : -1);
  Duel duel = verdict_of(text, wanted, cel::evaluate(*compiled.rule, activation, arena), schema);
  for (const cel::Aggregate& aggregate : compiled.rule->aggregates) {
    if (aggregate.filter < 0) continue;
    const cel::Rule& filter = compiled.rule->filters[static_cast<std::size_t>(aggregate.filter)];
    for (const Walk::Filter& met : walk.filters()) {
      if (met.text != filter.text || met.event != schema.events[aggregate.event].name) continue;
      TableActivation of_event(table, schema, filter, static_cast<int>(aggregate.event));
      const Duel inner =
          verdict_of(met.text, met.answer, cel::evaluate(filter, of_event, arena), schema);
      if (inner.verdict == Verdict::different) return inner;
    }
  }
  if (duel.verdict == Verdict::different) duel.report += fmt::format("  seed {}\n", seed);
  return duel;
}

Duel duel(Choices choices) {
  constexpr std::array uses{Use::rule, Use::query, Use::filter, Use::metric};
  switch (choices.below(4)) {
    case 0: {
      const Bindings bindings = make_bindings(choices);
      return duel_plain(choices.rest(), bindings);
    }
    case 1: {
      const Use use = choices.of(uses);
      const std::uint64_t seed = choices.word();
      return duel_rule(rule_expression(use, choices), use, seed);
    }
    default: {
      const std::string text = plain_expression(choices);
      return duel_plain(text, make_bindings(choices));
    }
  }
}

}  // namespace pharos::model
