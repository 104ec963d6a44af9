// playbook/rules.cc: completes the schema and compiles every rule of a playbook against it.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "playbook/draft.h"
#include "playbook/words.h"

namespace pharos::playbook {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Behind the string literal that begins at `at`.
std::size_t skip_literal(std::string_view text, std::size_t at) {
  const char quote = text[at++];
  while (at < text.size() && text[at] != quote) at += text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

class RuleCompiler {
 public:
  explicit RuleCompiler(Draft& draft) : draft_(draft), book_(draft.book), faults_(draft.faults) {}

  void run() {
    add_standard_events();
    for (const Node& node : book_.nodes)
      book_.schema.nodes.push_back({book_.tracks[node.track].name, node.name});
    for (std::size_t i = 0; i < book_.nodes.size(); ++i)
      compile_node(book_.nodes[i], draft_.nodes[i]);
    for (std::size_t i = 0; i < book_.segments.size(); ++i)
      if (auto rule =
              compile(draft_.segment_rules[i], rule_scope(), cel::Kind::boolean, "a condition"))
        book_.segments[i].when = *std::move(rule);
    compile_metrics();
  }

 private:
  static cel::Scope rule_scope(std::int32_t event = -1) {
    cel::Scope scope;
    scope.use = cel::Use::rule;
    scope.event = event;
    return scope;
  }

  // The standard events that a node or a rule uses without declaring them.
  void add_standard_events() {
    std::unordered_set<std::string_view> used;
    const auto use = [&](const Outline* rule) {
      if (!rule || rule->text.size() > rule_bytes_max) return;
      for (const std::string_view name : identifiers_in(rule->text)) used.insert(name);
    };
    for (const NodeDraft& node : draft_.nodes)
      for (const Outline* rule : {node.on, node.condition, node.lapse_when}) use(rule);
    for (const Outline* rule : draft_.segment_rules) use(rule);
    for (const Outline* rule : draft_.metric_rules) use(rule);
    for (const std::string& name : standard_events())
      if (used.contains(name) && !find_event(book_, name))
        book_.schema.events.push_back({name, {}});
  }

  // With every standard event: for the sake of near names in diagnostics.
  const cel::Schema& wide_schema() {
    if (wide_.events.empty()) {
      wide_ = book_.schema;
      for (const std::string& name : standard_events())
        if (!find_event(book_, name)) wide_.events.push_back({name, {}});
    }
    return wide_;
  }

  void compile_node(Node& node, const NodeDraft& draft) {
    std::int32_t event = -1;
    if (draft.on) event = resolve_event(node, *draft.on);
    if (draft.condition)
      node.condition =
          compile(draft.condition, rule_scope(event), cel::Kind::boolean, "a condition");
    if (!draft.lapse_when) return;
    auto rule = compile(draft.lapse_when, rule_scope(), cel::Kind::boolean, "a condition");
    if (!rule) return;
    if (!node.lapse) node.lapse = Lapse{.when = {}, .to = -1};
    node.lapse->when = *std::move(rule);
  }

  std::int32_t resolve_event(Node& node, const Outline& value) {
    const std::string* name = read_text(faults_, value, "the name of an event for on");
    if (!name) return -1;
    const auto found = find_event(book_, *name);
    if (found && *found != event_link) {
      node.on = *found;
      return static_cast<std::int32_t>(*found);
    }
    if (found) {
      faults_.error(value.place, "a link joins two ids of one account; no node can wait for it");
      return -1;
    }
    std::vector<std::string> names;
    for (const cel::EventType& event : wide_schema().events) names.push_back(event.name);
    std::string hint = faults_.near(*name, names);
    if (hint.empty()) hint = "Declare it under events:.";
    faults_.error(value.place, fmt::format("{} is not an event", shortened(*name)),
                  std::move(hint));
    return -1;
  }

  void compile_metrics() {
    std::vector<std::string> names;
    for (const Metric& metric : book_.metrics) names.push_back(metric.name);
    for (std::size_t i = 0; i < book_.metrics.size(); ++i) {
      std::vector<std::string> others = names;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      if (auto rule = compile(draft_.metric_rules[i], {cel::Use::metric, nullptr, -1, others},
                              std::nullopt, "a number over all accounts"))
        book_.metrics[i].value = *std::move(rule);
    }
    report_circles(names);
  }

  // A metric that is computed from itself through others has no value.
  void report_circles(const std::vector<std::string>& names) {
    std::unordered_map<std::string_view, std::size_t> numbers;
    for (std::size_t i = 0; i < names.size(); ++i) numbers.emplace(names[i], i);
    std::vector<std::vector<std::size_t>> reads(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!draft_.metric_rules[i]) continue;
      for (const std::string_view name : identifiers_in(draft_.metric_rules[i]->text))
        if (const auto at = numbers.find(name); at != numbers.end()) reads[i].push_back(at->second);
    }
    std::vector<std::uint8_t> state(names.size(), 0);  // 0 new, 1 on the path, 2 done.
    std::vector<std::size_t> path;
    const std::function<void(std::size_t)> visit = [&](std::size_t i) {
      state[i] = 1;
      path.push_back(i);
      for (const std::size_t next : reads[i]) {
        if (state[next] == 0)
          visit(next);
        else if (state[next] == 1 && next != i)
          report_circle(names, path, next);
      }
      path.pop_back();
      state[i] = 2;
    };
    for (std::size_t i = 0; i < names.size(); ++i)
      if (state[i] == 0) visit(i);
  }

  void report_circle(const std::vector<std::string>& names, const std::vector<std::size_t>& path,
                     std::size_t start) {
    std::string circle;
    for (auto at = std::ranges::find(path, start); at != path.end(); ++at)
      circle += names[*at] + " -> ";
    faults_.error(draft_.metric_rules[start]->place,
                  fmt::format("metrics are computed in a circle: {}{}", circle, names[start]));
  }

  std::optional<cel::Rule> compile(const Outline* text, cel::Scope scope,
                                   std::optional<cel::Kind> result, std::string_view expected) {
    if (!text || !read_text(faults_, *text, expected)) return std::nullopt;
    if (text->text.size() > rule_bytes_max) {
      faults_.error(text->place, fmt::format("the rule has {} bytes; at most {} are allowed",
                                             grouped(static_cast<std::int64_t>(text->text.size())),
                                             grouped(rule_bytes_max)));
      return std::nullopt;
    }
    scope.schema = &book_.schema;
    cel::Compiled compiled = compile_at(*text, scope, result);
    if (has_error(compiled.diagnostics) && !faults_.is_full()) {
      scope.schema = &wide_schema();
      cel::Compiled again = compile_at(*text, scope, result);
      if (has_error(again.diagnostics)) compiled.diagnostics = std::move(again.diagnostics);
    }
    faults_.add(std::move(compiled.diagnostics));
    if (compiled.rule) check_windows(*compiled.rule, *text);
    return std::move(compiled.rule);
  }

  void check_windows(const cel::Rule& rule, const Outline& text) {
    for (const cel::Aggregate& aggregate : rule.aggregates)
      if (aggregate.event == event_link)
        faults_.error(text.place,
                      fmt::format("{}: a link joins two ids of one account and enters no window",
                                  aggregate.text));
  }

  // A text that is not one straight run is compiled as if it stood at 1:1, and its places are led
  // back to the document.
  static cel::Compiled compile_at(const Outline& text, const cel::Scope& scope,
                                  std::optional<cel::Kind> result) {
    if (text.pieces.empty()) return cel::compile(text.text, text.place, scope, result);
    cel::Compiled compiled = cel::compile(text.text, {text.place.file, 1, 1}, scope, result);
    for (Diagnostic& diagnostic : compiled.diagnostics)
      diagnostic.place = led_back(text, diagnostic.place);
    if (compiled.rule) {
      for (cel::Rule& filter : compiled.rule->filters) filter.place = led_back(text, filter.place);
      compiled.rule->place = text.place;
    }
    return compiled;
  }

  static Place led_back(const Outline& text, const Place& place) {
    std::size_t line_start = 0;
    for (int line = 1; line < place.line; ++line) {
      const std::size_t next = text.text.find('\n', line_start);
      if (next == std::string::npos) break;
      line_start = next + 1;
    }
    const std::size_t before = count_code_points(std::string_view(text.text).substr(0, line_start));
    return text.place_at(before + static_cast<std::size_t>(std::max(place.column, 1)) - 1);
  }

  Draft& draft_;
  Playbook& book_;
  Faults& faults_;
  cel::Schema wide_;
};

}  // namespace

std::vector<std::string_view> identifiers_in(std::string_view text) {
  std::vector<std::string_view> found;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\'' || text[at] == '"') {
      at = skip_literal(text, at);
    } else if (text.substr(at).starts_with("//")) {
      at = std::min(text.find('\n', at), text.size());
    } else if (is_letter(text[at]) || is_digit(text[at])) {
      const std::size_t start = at;
      while (at < text.size() && (is_letter(text[at]) || is_digit(text[at]))) ++at;
      const bool is_root = start == 0 || text[start - 1] != '.';
      if (is_letter(text[start]) && is_root) found.push_back(text.substr(start, at - start));
    } else {
      ++at;
    }
  }
  return found;
}

void compile_rules(Draft& draft) {
  RuleCompiler(draft).run();
}

}  // namespace pharos::playbook
