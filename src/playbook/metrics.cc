// playbook/metrics.cc: metrics, the tree that takes them apart, and the goals that name them.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "playbook/draft.h"
#include "playbook/words.h"

namespace pharos::playbook {
namespace {

// One letter more, less, other, or two swapped: surely meant to be the same name.
bool is_slip(std::string_view a, std::string_view b) {
  if (std::min(a.size(), b.size()) < 3) return false;
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  const auto is_digit = [](std::string_view c) { return c[0] >= '0' && c[0] <= '9'; };
  if (a.size() + b.size() == 1) return true;
  if (a.size() == 1 && b.size() == 1) return !is_digit(a) && !is_digit(b);
  return a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
}

class Metrics {
 public:
  explicit Metrics(Draft& draft) : draft_(draft), book_(draft.book), faults_(draft.faults) {
    for (const Metric& metric : book_.metrics) names_.push_back(metric.name);
  }

  // A metric that is merely not there yet keeps nobody from working; a slip of a known name does.
  void check_declared(const std::string& name, const Place& place, std::string_view what) {
    if (std::ranges::find(names_, name) != names_.end()) return;
    const std::string hint = faults_.near(name, names_);
    if (std::ranges::any_of(names_, [&](const std::string& known) { return is_slip(name, known); }))
      faults_.error(place, fmt::format("{} {} is not a metric", what, quoted(name)), hint);
    else
      faults_.warning(
          place, fmt::format("{} {} is not declared yet, so it has no number", what, quoted(name)),
          hint);
  }

  void read_branching(const Outline& key, const Outline& value) {
    const auto metric = read_name(faults_, key, "a metric");
    const std::string* formula =
        read_text(faults_, value, "a product or a sum of metrics, such as merchants * aov");
    if (!metric || !formula) return;
    check_declared(*metric, key.place, "metric");
    Branching branching{.metric = *metric, .formula = *formula, .parts = {}, .place = value.place};
    if (read_parts(value, branching)) book_.tree.push_back(std::move(branching));
  }

  void report_circles() {
    for (const Branching& branching : book_.tree) {
      const auto circle = circle_from(branching.metric);
      const bool is_first = !circle.empty() && std::ranges::none_of(circle, [&](const auto& name) {
        return before(name, branching.metric);
      });
      if (is_first)
        faults_.error(branching.place,
                      fmt::format("the tree goes in a circle: {}", fmt::join(circle, " -> ")));
    }
  }

 private:
  // NAME OP NAME ..., all of * and /, or all of + and -.
  bool read_parts(const Outline& value, Branching& branching) {
    constexpr std::size_t parts_max = 32;
    const std::string_view text = value.text;
    char operation = '\0';
    for (std::size_t at = 0;;) {
      at = std::min(text.find_first_not_of(" \n", at), text.size());
      const std::size_t end = std::min(
          text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_", at), text.size());
      const std::string name(text.substr(at, end - at));
      if (!is_name(name)) return fault(value, at, "expected the name of a metric");
      if (name == branching.metric) return fault(value, at, "a metric cannot be a part of itself");
      if (std::ranges::find(branching.parts, name) != branching.parts.end())
        return fault(value, at, fmt::format("{} stands twice in the formula", quoted(name)));
      if (branching.parts.size() == parts_max)
        return fault(value, at, fmt::format("a formula has at most {} parts", parts_max));
      check_declared(name, value.place_at(at), "part");
      branching.parts.push_back(name);
      at = std::min(text.find_first_not_of(" \n", end), text.size());
      if (at == text.size()) break;
      const char sign = text[at];
      if (std::string_view("*/+-").find(sign) == std::string_view::npos)
        return fault(value, at, "expected *, /, + or - between two metrics");
      const char kind = sign == '/' ? '*' : sign == '-' ? '+' : sign;
      if (operation != '\0' && operation != kind)
        return fault(value, at, "a formula is either a product or a sum; this mixes them",
                     "Give the inner part a metric and a line of its own.");
      operation = kind;
      ++at;
    }
    return true;
  }

  bool fault(const Outline& value, std::size_t byte, std::string message, std::string hint = "") {
    const std::size_t offset = count_code_points(std::string_view(value.text).substr(0, byte));
    faults_.error(value.place_at(offset), std::move(message), std::move(hint));
    return false;
  }

  const Branching* find(std::string_view metric) const {
    const auto found = std::ranges::find(book_.tree, metric, &Branching::metric);
    return found == book_.tree.end() ? nullptr : &*found;
  }
  bool before(const std::string& a, const std::string& b) const { return find(a) < find(b); }

  // The names along a circle through `start`, which stands at both ends; empty if there is none.
  std::vector<std::string> circle_from(const std::string& start) const {
    struct Step {
      const Branching* branching;
      std::size_t part;
    };
    std::vector<Step> path = {{find(start), 0}};
    std::vector<std::string> seen;
    while (!path.empty()) {
      Step& step = path.back();
      if (step.part == step.branching->parts.size()) {
        path.pop_back();
        continue;
      }
      const std::string& part = step.branching->parts[step.part++];
      if (part == start) {
        std::vector<std::string> circle;
        for (const Step& taken : path) circle.push_back(taken.branching->metric);
        circle.push_back(start);
        return circle;
      }
      const Branching* next = find(part);
      if (!next || std::ranges::find(seen, part) != seen.end()) continue;
      seen.push_back(part);
      path.push_back({next, 0});
    }
    return {};
  }

  Draft& draft_;
  Playbook& book_;
  Faults& faults_;
  std::vector<std::string> names_;
};

}  // namespace

void read_metrics(Draft& draft, const Sections& sections) {
  for (const auto& [key, value] : sections.metrics) {
    auto name = read_name(draft.faults, *key, "a metric");
    if (!name) continue;
    if (is_cel_word(*name)) {
      draft.faults.error(key->place,
                         fmt::format("{} cannot be the name of a metric: it is a word of "
                                     "the rule language",
                                     quoted(*name)),
                         "Choose another name.");
      continue;
    }
    if (draft.book.metrics.size() == metric_count_max)
      return draft.faults.error(
          key->place, fmt::format("a playbook has at most {} metrics", grouped(metric_count_max)));
    Metric metric{.name = *std::move(name), .value = {}, .label = {}};
    const Outline* rule = value;
    if (value->kind == OutlineKind::map) {
      Fields fields(draft.faults, *value, "a metric", {"value", "label"});
      rule = fields.need("value", "a number over all accounts");
      if (const Outline* label = fields.find("label"))
        metric.label = read_label(draft.faults, *label);
    }
    draft.book.metrics.push_back(std::move(metric));
    draft.metric_rules.push_back(rule);
  }
}

void check_metrics(Draft& draft, const Sections& sections) {
  Metrics metrics(draft);
  for (std::size_t i = 0; i < draft.goal_metrics.size(); ++i)
    if (const Outline* name = draft.goal_metrics[i])
      metrics.check_declared(name->text, name->place, "goal metric");
  for (const auto& [key, value] : sections.tree) metrics.read_branching(*key, *value);
  metrics.report_circles();
}

}  // namespace pharos::playbook
