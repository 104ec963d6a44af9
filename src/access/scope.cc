// access/scope.cc: scopes compiled for one operator, with their name and teams as constants.
#include "access/scope.h"

#include "base/text.h"

namespace pharos::access {
namespace {

std::vector<cel::Parameter> parameters_of(const Operator& who) {
  return {{.name = "me", .texts = {who.email}, .is_list = false},
          {.name = "my_teams", .texts = who.teams, .is_list = true}};
}

cel::Compiled compile_for(std::string_view text, const Place& place, const cel::Schema& schema,
                          const Operator& who) {
  const std::vector<cel::Parameter> parameters = parameters_of(who);
  cel::Compiled compiled = cel::compile(text, place,
                                        {.use = cel::Use::query,
                                         .schema = &schema,
                                         .event = -1,
                                         .metrics = {},
                                         .parameters = parameters},
                                        cel::Kind::boolean);
  if (!compiled.rule) return compiled;
  const cel::Rule& rule = *compiled.rule;
  const auto refuse = [&](std::string_view what) {
    compiled.diagnostics.push_back(
        {.severity = Severity::error,
         .place = rule.place,
         .message = fmt::format("a scope reads attributes of accounts only, found {}", what),
         .hint = "Keep who looks after an account in an attribute, such as owner == me."});
  };
  if (!rule.aggregates.empty()) refuse(rule.aggregates.front().text);
  if (!rule.nodes.empty()) refuse("a node");
  if (rule.reads_time) refuse("the time");
  if (has_error(compiled.diagnostics)) compiled.rule.reset();
  return compiled;
}

// "(a) && (b)": comments to the end of a line do not swallow the bracket.
std::string both(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return std::string(a.empty() ? b : a);
  return fmt::format("({}\n) && ({}\n)", a, b);
}

}  // namespace

Diagnostics check_scope(std::string_view text, const Place& place, const cel::Schema& schema) {
  Operator anyone;
  anyone.email = "someone@example.org";
  return compile_for(text, place, schema, anyone).diagnostics;
}

Result<> require_scope(std::string_view text, const cel::Schema& schema) {
  const Diagnostics faults = check_scope(text, {"scope", 1, 1}, schema);
  if (!has_error(faults)) return {};
  std::string lines;
  for (const Diagnostic& fault : faults)
    lines += (lines.empty() ? "" : "\n") + format_diagnostic(fault);
  return fail(ErrorCode::invalid, "{}", lines);
}

Result<std::optional<cel::Rule>> scope_of(const Principal& principal, const cel::Schema& schema) {
  const Operator& who = principal.who;
  std::string text = both(principal.role.scope, who.scope);
  if (text.empty() && principal.role.needs_scope) text = "false";
  if (text.empty()) return std::nullopt;
  // Each by itself first: `true) || (true` is no condition, however it stands between brackets.
  std::optional<cel::Rule> rule;
  for (const std::string& part : {principal.role.scope, who.scope, text}) {
    if (part.empty()) continue;
    cel::Compiled compiled = compile_for(part, {"scope", 1, 1}, schema, who);
    if (!compiled.rule)
      return fail(ErrorCode::invalid, "the scope of {} does not hold for this playbook: {}",
                  who.email, format_diagnostic(compiled.diagnostics.front()));
    rule = std::move(compiled.rule);
  }
  return rule;
}

}  // namespace pharos::access
