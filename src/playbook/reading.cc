// playbook/reading.cc: values out of an outline, and the list of what is wrong.
#include "playbook/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.h"

namespace pharos::playbook {

void Faults::error(const Place& place, std::string message, std::string hint) {
  add({Severity::error, place, std::move(message), std::move(hint)});
}

void Faults::warning(const Place& place, std::string message, std::string hint) {
  add({Severity::warning, place, std::move(message), std::move(hint)});
}

void Faults::add(Diagnostic diagnostic) {
  // Once full, an error still takes the place of a warning, so that errors never go unseen.
  if (!is_full()) return diagnostics_.push_back(std::move(diagnostic));
  ++dropped_;
  if (diagnostic.severity == Severity::error && !has_error())
    diagnostics_.back() = std::move(diagnostic);
}

void Faults::add(Diagnostics diagnostics) {
  for (Diagnostic& diagnostic : diagnostics) add(std::move(diagnostic));
}

bool Faults::has_error() const {
  return pharos::has_error(diagnostics_);
}

Diagnostics Faults::take(std::span<const std::string> files) {
  const auto key = [&](const Diagnostic& d) {
    return std::tuple(std::ranges::find(files, d.place.file) - files.begin(), d.place.line,
                      d.place.column);
  };
  std::ranges::stable_sort(diagnostics_, {}, key);
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.place == b.place && a.message == b.message;
  };
  const auto repeated = std::ranges::unique(diagnostics_, same);
  diagnostics_.erase(repeated.begin(), repeated.end());
  if (dropped_ > 0)
    diagnostics_.push_back(
        {Severity::warning, {}, fmt::format("{} further faults are not shown", dropped_), ""});
  return std::move(diagnostics_);
}

std::string Faults::near(std::string_view name, std::span<const std::string> names) {
  if (compared_ > compared_max) return "";
  for (const std::string& known : names) compared_ += name.size() * known.size();
  return did_you_mean(name, names);
}

std::string shortened(std::string_view text) {
  constexpr std::size_t bytes_max = 64;
  if (text.size() <= bytes_max) return quoted(text);
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return quoted(text.substr(0, end)) + "...";
}

void report_kind(Faults& faults, const Outline& value, std::string_view expected) {
  const std::string found =
      value.kind == OutlineKind::scalar ? shortened(value.text) : std::string(name_of(value.kind));
  faults.error(value.place, fmt::format("found {}; expected {}", found, expected));
}

const std::string* read_text(Faults& faults, const Outline& value, std::string_view expected) {
  if (value.kind == OutlineKind::scalar && !trimmed(value.text).empty()) return &value.text;
  report_kind(faults, value, expected);
  return nullptr;
}

std::optional<std::string> read_name(Faults& faults, const Outline& value, std::string_view of) {
  const std::string* text = read_text(faults, value, fmt::format("the name of {}", of));
  if (!text) return std::nullopt;
  if (is_name(*text)) return *text;
  faults.error(value.place, fmt::format("{} is not a name for {}", shortened(*text), of),
               "A name has lower-case letters, digits and \"_\", a letter first, at most 64.");
  return std::nullopt;
}

std::optional<bool> read_bool(Faults& faults, const Outline& value, std::string_view key) {
  if (value.kind == OutlineKind::scalar && !value.quoted) {
    if (value.text == "true") return true;
    if (value.text == "false") return false;
  }
  report_kind(faults, value, fmt::format("true or false for {}", key));
  return std::nullopt;
}

std::optional<Duration> read_duration(Faults& faults, const Outline& value, std::string_view key) {
  const std::string* text =
      read_text(faults, value, fmt::format("a duration such as 14d for {}", key));
  if (!text) return std::nullopt;
  const auto duration = parse_duration(*text);
  if (duration) return *duration;
  faults.error(value.place, fmt::format("{}: {}", key, duration.error().message));
  return std::nullopt;
}

Label read_label(Faults& faults, const Outline& value) {
  constexpr std::size_t code_points_max = 200;
  const auto read = [&](const Outline& text) -> std::string {
    const std::string* found = read_text(faults, text, "a label: a text, or {en: ..., zh: ...}");
    if (!found) return "";
    if (count_code_points(*found) <= code_points_max) return *found;
    faults.error(text.place, fmt::format("the label has {} characters; at most {} are allowed",
                                         count_code_points(*found), code_points_max));
    return "";
  };
  Label label;
  if (value.kind != OutlineKind::map) {
    if (const std::string text = read(value); !text.empty()) label = {{"en", text}, {"zh", text}};
    return label;
  }
  const Fields fields(faults, value, "a label", {"en", "zh"});
  for (const auto& [language, text] : value.members)
    if (language.text == "en" || language.text == "zh") label[language.text] = read(text);
  return label;
}

Fields::Fields(Faults& faults, const Outline& map, std::string_view of,
               std::initializer_list<std::string_view> keys)
    : faults_(faults), map_(map), of_(of), is_map_(map.kind == OutlineKind::map) {
  std::vector<std::string> known(keys.begin(), keys.end());
  std::string list;
  for (const std::string& key : known) list += (list.empty() ? "" : ", ") + key;
  if (!is_map_) {
    report_kind(faults, map, fmt::format("a map for {}, with {}", of, list));
    return;
  }
  for (const auto& [key, value] : map.members) {
    if (std::ranges::find(known, key.text) != known.end()) continue;
    std::string hint = faults.near(key.text, known);
    const bool is_rest = value.kind == OutlineKind::null && !is_name(key.text);
    if (is_rest) hint = "Put a text that holds a comma in quotes.";
    if (hint.empty()) hint = fmt::format("Known here: {}.", list);
    faults.error(key.place, fmt::format("{} is not known in {}", shortened(key.text), of),
                 std::move(hint));
  }
}

const Outline* Fields::need(std::string_view key, std::string_view expected) {
  if (!is_map_) return nullptr;
  const Outline* found = map_.find(key);
  if (!found)
    faults_.error(map_.place, fmt::format("{} has no {}; expected {}", of_, key, expected));
  return found;
}

}  // namespace pharos::playbook
