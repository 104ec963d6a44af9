// sim/scenario.cc: scenarios compiled, and written for people.
#include "sim/scenario.h"

#include <fmt/format.h>

#include <bit>

#include "base/text.h"

namespace pharos::sim {
namespace {

std::string format_diagnostics(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += format_diagnostic(diagnostic) + "\n";
  return text;
}

std::string format_given(const Given& given, const cel::Property& property) {
  using enum cel::PropertyType;
  if (given.cell == engine::cell_null) return "null";
  switch (property.type) {
    case bool_: return given.cell != 0 ? "true" : "false";
    case int_: return fmt::format("{}", given.cell);
    case double_: return fmt::format("{}", std::bit_cast<double>(given.cell));
    case string: return quoted(given.text);
    case enum_: return quoted(property.values[static_cast<std::size_t>(given.cell)]);
    case money: return format_money({given.cell}, 2);
    case time: return format_instant({given.cell});
  }
  return "";
}

}  // namespace

std::expected<Loaded, std::string> load(const Scenario& scenario) {
  playbook::Loaded loaded = playbook::load({{"sim.yaml", scenario.playbook}});
  if (!loaded.playbook) return std::unexpected(format_diagnostics(loaded.diagnostics));
  Loaded result{*std::move(loaded.playbook), {}};
  for (const std::string& query : scenario.queries) {
    cel::Scope scope;
    scope.use = cel::Use::query;
    scope.schema = &result.playbook.schema;
    cel::Compiled compiled = cel::compile(query, {"query", 1, 1}, scope, std::nullopt);
    if (!compiled.rule)
      return std::unexpected(query + "\n" + format_diagnostics(compiled.diagnostics));
    result.queries.push_back(*std::move(compiled.rule));
  }
  return result;
}

void add_event(engine::EventBatch& batch, const Fact& fact, const cel::Schema& schema) {
  const auto& properties = schema.events[fact.type].properties;
  engine::Event event;
  event.time = fact.time;
  event.type = fact.type;
  event.cells = static_cast<std::uint32_t>(batch.cells.size());
  event.id = batch.add_text(fact.id);
  event.account = batch.add_text(fact.account);
  event.member = batch.add_text(fact.member);
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const Given& given = fact.properties[i];
    const bool is_text =
        properties[i].type == cel::PropertyType::string && given.cell > engine::cell_null;
    batch.cells.push_back(is_text ? engine::text_cell(batch.add_text(given.text)) : given.cell);
  }
  batch.events.push_back(event);
}

std::string format_step(const Step& step, const playbook::Playbook& playbook) {
  if (step.is_tick) return fmt::format("{} tick", format_instant(step.tick));
  const Fact& fact = step.fact;
  const cel::EventType& type = playbook.schema.events[fact.type];
  std::string text =
      fmt::format("{} {} {} id={}", format_instant(fact.time), fact.account, type.name, fact.id);
  if (!fact.member.empty()) text += " member=" + fact.member;
  for (std::size_t i = 0; i < fact.properties.size(); ++i)
    if (fact.properties[i].cell != engine::cell_absent)
      text += fmt::format(" {}={}", type.properties[i].name,
                          format_given(fact.properties[i], type.properties[i]));
  return text;
}

}  // namespace pharos::sim
