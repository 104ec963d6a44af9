// playbook/reading.h: how values are read out of an outline: each misfit becomes a diagnostic.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/instant.h"
#include "playbook/model.h"
#include "playbook/outline.h"

namespace pharos::playbook {

// Collects what is wrong. Past `count_max` it only counts, and says so at the end.
class Faults {
 public:
  static constexpr std::size_t count_max = 300;
  static constexpr std::size_t compared_max = 10'000'000;  // Pairs of letters.

  void error(const Place& place, std::string message, std::string hint = "");
  void warning(const Place& place, std::string message, std::string hint = "");
  void add(Diagnostic diagnostic);
  void add(Diagnostics diagnostics);
  bool is_full() const { return diagnostics_.size() >= count_max; }
  bool has_error() const;
  // By file in the given order, then by line and column.
  Diagnostics take(std::span<const std::string> files);
  // `Did you mean "signed"?`, or empty; empty also once much was compared: it takes time.
  std::string near(std::string_view name, std::span<const std::string> names);

 private:
  Diagnostics diagnostics_;
  std::size_t dropped_ = 0;
  std::size_t compared_ = 0;
};

// "found a list; expected ..." at the value.
void report_kind(Faults& faults, const Outline& value, std::string_view expected);
std::string shortened(std::string_view text);  // In quotes, at most 64 bytes of it.

// Each of these reports a misfit and answers with none. `expected` reads on after "expected".
const std::string* read_text(Faults& faults, const Outline& value, std::string_view expected);
// A name in the sense of is_name(); `of` reads on: "a node", "an event".
std::optional<std::string> read_name(Faults& faults, const Outline& value, std::string_view of);
std::optional<bool> read_bool(Faults& faults, const Outline& value, std::string_view key);
std::optional<Duration> read_duration(Faults& faults, const Outline& value, std::string_view key);
Label read_label(Faults& faults, const Outline& value);

// The members of a map of known keys: reports a value that is no map, and unknown keys.
class Fields {
 public:
  Fields(Faults& faults, const Outline& map, std::string_view of,
         std::initializer_list<std::string_view> keys);
  bool is_map() const { return is_map_; }
  const Place& place() const { return map_.place; }
  const Outline* find(std::string_view key) const { return is_map_ ? map_.find(key) : nullptr; }
  // Reports at the map if it is missing.
  const Outline* need(std::string_view key, std::string_view expected);

 private:
  Faults& faults_;
  const Outline& map_;
  std::string of_;
  bool is_map_;
};

}  // namespace pharos::playbook
