// cel/compile.cc: text to rule: parse, check, and say all that is wrong.
#include <algorithm>
#include <tuple>

#include "base/error.h"
#include "cel/check.h"
#include "cel/rule.h"

namespace pharos::cel {

Compiled compile(std::string_view text, const Place& place, const Scope& scope,
                 std::optional<Kind> result) {
  ASSERT(scope.use == Use::plain || scope.schema);
  ASSERT(scope.use != Use::filter || scope.event >= 0);
  Faults faults(text, place);
  const Syntax syntax = parse(text, faults);
  Compiled compiled;
  if (syntax.complete) {
    Rule rule = Checker(text, 0, syntax, scope, faults).run(syntax.root, result);
    rule.text = text;
    rule.place = faults.place(0);
    if (faults.count() == 0) compiled.rule = std::move(rule);
  }
  compiled.diagnostics = faults.release();
  std::ranges::stable_sort(compiled.diagnostics, {}, [](const Diagnostic& diagnostic) {
    return std::tuple(diagnostic.place.line, diagnostic.place.column);
  });
  return compiled;
}

}  // namespace pharos::cel
