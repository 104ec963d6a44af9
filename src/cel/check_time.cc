// cel/check_time.cc: `now` and since() in rules: only where the instant of change can be computed.
#include <fmt/format.h>

#include "cel/check.h"

namespace pharos::cel {

// Whether `now` or since() stands in the expression, other than inside a comparison of its own.
bool Checker::time_reaches(AstId id) const {
  const Ast& ast = syntax_[id];
  switch (ast.kind) {
    case AstKind::name: return ast.text == "now" && (ast.rooted || !find_local("now"));
    case AstKind::call:
      if (!ast.member && ast.text == name_of(AggregateKind::since)) return true;
      if (is_window_function(ast)) return false;
      break;
    case AstKind::binary:
      if (is_comparison(ast.op) || ast.op == Op::in) return false;
      break;
    case AstKind::all_of:
    case AstKind::any_of:
    case AstKind::not_: return false;
    default: break;
  }
  for (const AstId child : ast.children)
    if (time_reaches(child)) return true;
  return false;
}

// One side of a comparison, as a sum and difference of times; `factor` gathers how often `now` is
// in it. A part without `now` is any expression.
Checked Checker::time_side(AstId id, int sign, int& factor) {
  const Ast& ast = syntax_[id];
  if (!time_reaches(id)) {
    const bool outer = in_time_side_;
    in_time_side_ = false;
    const Checked checked = expression(id);
    in_time_side_ = outer;
    return checked;
  }
  const bool is_now = ast.kind == AstKind::name;
  const bool is_since =
      ast.kind == AstKind::call && !ast.member && ast.text == name_of(AggregateKind::since);
  if (is_now || is_since) {
    in_time_side_ = true;
    const Checked checked = expression(id);
    in_time_side_ = false;
    factor += sign;
    return checked;
  }
  if (ast.kind != AstKind::binary || (ast.op != Op::add && ast.op != Op::sub))
    return faulty(ast,
                  fmt::format("\"now\" and since() may only be added and subtracted here, "
                              "found {}",
                              slice(ast)),
                  "Write for example: now - account.NAME > duration('30d').");
  Checked left = time_side(ast.children[0], sign, factor);
  Checked right = time_side(ast.children[1], ast.op == Op::sub ? -sign : sign, factor);
  if (left.type.is_faulty() || right.type.is_faulty())
    return {constant(Value::error("faulty"), ast), Type::faulty()};
  // now - '30d'
  if (!read_as_time(ast.children[1], Type::of(Kind::duration), right) ||
      !read_as_time(ast.children[0], Type::of(Kind::duration), left))
    return {constant(Value::error("faulty"), ast), Type::faulty()};
  return arithmetic_node(ast, left, right);
}

Checked Checker::misplaced_time(const Ast& ast, std::string_view what) {
  return faulty(ast,
                fmt::format("{} may only stand in a comparison of times here, so that the "
                            "instant at which the rule changes is known",
                            what),
                what == "now" || what == "\"now\""
                    ? "Write for example: now - account.NAME > duration('30d')."
                    : "Write for example: since(EVENT) > '30d'.");
}

}  // namespace pharos::cel
