// cli/calc_compare.cc: is a result what was expected, within its tolerance, and if not, where?
#include <algorithm>
#include <cmath>

#include "cli/calc.h"

namespace pharos::cli {
namespace {

// One walk down both values. `field` is the nearest key above: tolerances go by it.
class Comparison {
 public:
  explicit Comparison(const Json* tolerance) : tolerance_(tolerance) {}

  std::optional<Difference> compare(const Json& expected, const Json& got, const std::string& path,
                                    std::string_view field) const {
    if (const auto* members = expected.as<JsonMembers>(); members && got.as<JsonMembers>())
      return compare_objects(*members, got, path);
    if (const auto* list = expected.as<JsonList>(); list && got.as<JsonList>())
      return compare_lists(*list, got, path, field);
    // A group that has one result may be written as the result alone.
    if (const auto* members = got.as<JsonMembers>();
        members && members->size() == 1 && !got.is_set && expected.as<JsonList>())
      return compare(expected, members->front().second, path, field);
    if (expected.number() && got.number()) {
      if (near(*expected.number(), *got.number(), field)) return std::nullopt;
    } else if (expected.value == got.value) {
      return std::nullopt;
    }
    return Difference{path, json_text(expected), json_text(got)};
  }

 private:
  std::optional<Difference> compare_objects(const JsonMembers& expected, const Json& got,
                                            const std::string& path) const {
    for (const auto& [key, wanted] : expected) {
      const std::string place = path.empty() ? key : path + "." + key;
      const Json* const found = got.find(key);
      if (!found) return Difference{place, json_text(wanted), "nothing"};
      if (auto difference = compare(wanted, *found, place, key)) return difference;
    }
    if (!got.is_set) return std::nullopt;
    for (const auto& [key, found] : *got.as<JsonMembers>())
      if (std::ranges::find(expected, key, &JsonMembers::value_type::first) == expected.end())
        return Difference{path + "." + key, "nothing", json_text(found)};
    return std::nullopt;
  }

  std::optional<Difference> compare_lists(JsonList expected, const Json& got,
                                          const std::string& path, std::string_view field) const {
    JsonList found = *got.as<JsonList>();
    if (got.is_set) {
      std::ranges::sort(expected, {}, json_text);
      std::ranges::sort(found, {}, json_text);
    }
    for (std::size_t i = 0; i < std::min(expected.size(), found.size()); ++i)
      if (auto difference = compare(expected[i], found[i], fmt::format("{}[{}]", path, i), field))
        return difference;
    if (expected.size() == found.size()) return std::nullopt;
    return Difference{path, fmt::format("{} items", expected.size()),
                      fmt::format("{} items", found.size())};
  }

  bool near(double expected, double got, std::string_view field) const {
    if (!tolerance_) return expected == got;
    const double allowed = std::max(bound("abs", field), bound("rel", field) * std::abs(expected));
    return std::abs(got - expected) <= allowed;
  }

  // `abs`, or its entry for the field, or `<field>_abs`; the more special one counts. `p_abs` is
  // for `p_value`, too.
  double bound(std::string_view kind, std::string_view field) const {
    double bound = 0;
    if (const Json* general = tolerance_->find(kind)) {
      bound = general->number().value_or(0);
      if (const Json* own = general->find(field)) bound = own->number().value_or(0);
    }
    for (const auto& [key, value] : *tolerance_->as<JsonMembers>()) {
      if (!key.ends_with(fmt::format("_{}", kind))) continue;
      const std::string stem = key.substr(0, key.size() - kind.size() - 1);
      if (field == stem || field.starts_with(stem + "_")) bound = value.number().value_or(0);
    }
    return bound;
  }

  const Json* tolerance_;
};

}  // namespace

std::optional<Difference> first_difference(const Json& expected, const Json& got,
                                           const Json* tolerance) {
  return Comparison(tolerance && tolerance->as<JsonMembers>() ? tolerance : nullptr)
      .compare(expected, got, "", "");
}

}  // namespace pharos::cli
