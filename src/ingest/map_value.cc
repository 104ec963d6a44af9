// ingest/map_value.cc: reading where a text comes from.
#include "ingest/map_value.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "ingest/time_reader.h"

namespace pharos::ingest {

using playbook::Faults;
using playbook::Outline;
using playbook::OutlineKind;

namespace {

constexpr std::array<std::pair<std::string_view, ValueKind>, 5> aggregates = {{
    {"count(", ValueKind::count},
    {"sum(", ValueKind::sum},
    {"first(", ValueKind::first},
    {"min(", ValueKind::min},
    {"max(", ValueKind::max},
}};

// "sum(price)"; none if the text is not of that form, or if what it is was reported.
std::optional<Value> read_aggregate(Faults& faults, const Outline& node) {
  const std::string_view text = trimmed(node.text);
  for (const auto& [prefix, kind] : aggregates) {
    if (!text.starts_with(prefix) || !text.ends_with(')')) continue;
    const std::string_view column =
        trimmed(text.substr(prefix.size(), text.size() - prefix.size() - 1));
    Value value;
    value.kind = kind;
    value.place = node.place;
    if (!column.empty()) value.columns.push_back({std::string(column), node.place});
    if (column.empty() != (kind == ValueKind::count)) {
      faults.error(node.place, kind == ValueKind::count
                                   ? "count() takes no column; it counts the rows of the group"
                                   : fmt::format("{}) needs a column", prefix));
      return std::nullopt;
    }
    return value;
  }
  return std::nullopt;
}

bool looks_like_aggregate(std::string_view text) {
  text = trimmed(text);
  for (const auto& [prefix, kind] : aggregates)
    if (text.starts_with(prefix) && text.ends_with(')')) return true;
  return false;
}

// "placed:{order_id}:{seller_id}"; "{{" and "}}" are braces themselves.
std::optional<Value> read_pattern(Faults& faults, const Outline& node) {
  Value value;
  value.kind = ValueKind::pattern;
  value.place = node.place;
  value.literals.emplace_back();
  const std::string_view text = node.text;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool doubled = at + 1 < text.size() && text[at + 1] == text[at];
    if (text[at] == '{' && !doubled) {
      const std::size_t end = text.find('}', at);
      const std::string_view column =
          end == std::string_view::npos ? "" : trimmed(text.substr(at + 1, end - at - 1));
      if (column.empty()) {
        faults.error(node.place_at(count_code_points(text.substr(0, at))),
                     end == std::string_view::npos ? "{ is not closed"
                                                   : "there is no column between { and }",
                     "Write braces that are meant as such twice: {{ and }}.");
        return std::nullopt;
      }
      value.columns.push_back(
          {std::string(column), node.place_at(count_code_points(text.substr(0, at + 1)))});
      value.literals.emplace_back();
      at = end;
      continue;
    }
    if (text[at] == '}' && !doubled) {
      faults.error(node.place_at(count_code_points(text.substr(0, at))), "} closes nothing",
                   "Write braces that are meant as such twice: {{ and }}.");
      return std::nullopt;
    }
    if (text[at] == '{' || text[at] == '}') ++at;
    value.literals.back() += text[at];
  }
  return value;
}

std::optional<Value> read_value_text(Faults& faults, const Outline& node) {
  if (looks_like_aggregate(node.text)) return read_aggregate(faults, node);
  if (node.text.find_first_of("{}") != std::string::npos) return read_pattern(faults, node);
  auto column = read_column(faults, node);
  if (!column) return std::nullopt;
  Value value;
  value.columns.push_back(std::move(*column));
  value.place = node.place;
  return value;
}

std::optional<Value> read_value_map(Faults& faults, const Outline& node, bool time) {
  std::vector<std::string_view> given;
  for (const std::string_view key : {"column", "latest", "value", "cel"})
    if (node.find(key) && (time || key != "latest")) given.push_back(key);
  if (given.size() != 1) {
    faults.error(node.place,
                 given.empty()
                     ? fmt::format("found a map without a source; expected one with column, {}"
                                   "value or cel",
                                   time ? "latest, " : "")
                     : fmt::format("{} and {} both say where the text comes from; keep one",
                                   given[0], given[1]));
    return std::nullopt;
  }
  if (time)
    playbook::Fields(faults, node, "a time",
                     {"column", "latest", "value", "cel", "default", "format", "zone"});
  else
    playbook::Fields(faults, node, "a value", {"column", "value", "cel", "default"});

  const Outline& source = *node.find(given[0]);
  Value value;
  value.place = node.place;
  if (given[0] == "cel") {
    value.kind = ValueKind::rule;
    value.rule = read_rule(faults, source, std::nullopt);
    if (!value.rule) return std::nullopt;
  } else if (given[0] == "value") {
    value.kind = ValueKind::constant;
    if (source.kind != OutlineKind::scalar) {
      playbook::report_kind(faults, source, "a constant: a text, a number, true or false");
      return std::nullopt;
    }
    value.text = source.text;
  } else if (source.kind == OutlineKind::scalar && looks_like_aggregate(source.text)) {
    value.columns.push_back({source.text, source.place});  // A column of just that name.
  } else {
    value.columns = read_columns(faults, source);
    if (value.columns.empty()) return std::nullopt;
    if (given[0] == "latest") value.kind = ValueKind::latest;
  }
  if (const Outline* fallback = node.find("default")) {
    if (value.kind != ValueKind::column) {
      faults.error(fallback->place, "default goes with column only");
    } else if (fallback->kind != OutlineKind::scalar) {
      playbook::report_kind(faults, *fallback, "the text that stands for an empty column");
    } else {
      value.text = fallback->text;
    }
  }
  return value;
}

}  // namespace

std::optional<ColumnName> read_column(Faults& faults, const Outline& node) {
  const std::string* text = playbook::read_text(faults, node, "the name of a column");
  if (!text) return std::nullopt;
  return ColumnName{std::string(trimmed(*text)), node.place};
}

std::vector<ColumnName> read_columns(Faults& faults, const Outline& node) {
  std::vector<ColumnName> columns;
  if (node.kind != OutlineKind::list) {
    if (auto column = read_column(faults, node)) columns.push_back(std::move(*column));
    return columns;
  }
  if (node.items.empty()) faults.error(node.place, "found an empty list; expected columns");
  for (const Outline& item : node.items)
    if (auto column = read_column(faults, item)) columns.push_back(std::move(*column));
  return columns;
}

std::optional<Value> read_value(Faults& faults, const Outline& node, std::string_view expected,
                                bool time) {
  if (node.kind == OutlineKind::map) return read_value_map(faults, node, time);
  if (!playbook::read_text(faults, node, expected)) return std::nullopt;
  return read_value_text(faults, node);
}

std::optional<cel::Rule> read_rule(Faults& faults, const Outline& node,
                                   std::optional<cel::Kind> result) {
  const std::string* text = playbook::read_text(faults, node, "an expression over columns");
  if (!text) return std::nullopt;
  cel::Compiled compiled = cel::compile(*text, node.place, cel::Scope{}, result);
  faults.add(std::move(compiled.diagnostics));
  return std::move(compiled.rule);
}

std::optional<Zone> read_zone(Faults& faults, const Outline& node) {
  const std::string* text =
      playbook::read_text(faults, node, "a time zone such as UTC or Asia/Shanghai");
  if (!text) return std::nullopt;
  auto zone = Zone::find(*text);
  if (zone) return *zone;
  faults.error(node.place, zone.error().message);
  return std::nullopt;
}

void read_time_format(Faults& faults, const Outline& node, TimeFormat& format) {
  const std::string* text = playbook::read_text(
      faults, node, "a time format: iso, unix, unix_ms, or one like %d/%m/%Y %H:%M");
  if (!text) return;
  if (*text == "iso") {
    format.kind = TimeKind::iso;
  } else if (*text == "unix") {
    format.kind = TimeKind::unix_seconds;
  } else if (*text == "unix_ms") {
    format.kind = TimeKind::unix_ms;
  } else if (const auto fits = check_pattern(*text); !fits) {
    faults.error(node.place, fits.error().message);
  } else {
    format.kind = TimeKind::pattern;
    format.pattern = *text;
  }
}

}  // namespace pharos::ingest
