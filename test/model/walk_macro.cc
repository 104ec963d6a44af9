// model/walk_macro.cc: macros, as the specification expands them.
#include "model/walk.h"

namespace pharos::model {
namespace {

using cel::Ast;
using cel::AstId;

using Range = std::vector<std::pair<Datum, Datum>>;

}  // namespace

Datum Walk::with(const std::string& name, const Datum& v, AstId body) {
  locals_.push_back({name, v, true});
  const Datum answer = value(body);
  locals_.pop_back();
  return answer;
}

// cel.bind(x, e, body): an error in e is met where x is used.
Datum Walk::bind(const Ast& ast) {
  const Datum bound = value(ast.children[2]);
  const bool dyn = is_dyn(ast.children[2]);
  locals_.push_back({syntax_[ast.children[1]].text, bound, dyn});
  const Datum answer = value(ast.children[3]);
  locals_.pop_back();
  return answer;
}

std::optional<Datum> Walk::macro(const Ast& ast) {
  const std::string& name = ast.text;
  const std::size_t count = ast.children.size() - 1;
  if ((name == "optMap" || name == "optFlatMap") && count == 2) {
    const Datum optional = value(ast.children[0]);
    if (!optional.is(Kind::optional)) return Datum::error("no optional");
    if (optional.items.empty()) return optional;
    const Datum body = with(syntax_[ast.children[1]].text, optional.items[0], ast.children[2]);
    if (body.is_error()) return body;
    if (name == "optMap") return Datum::some(body);
    return body.is(Kind::optional) ? body : Datum::error("no optional");
  }
  for (const std::string_view one : {"all", "exists", "exists_one", "existsOne", "filter"})
    if (name == one && count == 2) return comprehension(ast, false);
  for (const std::string_view two : {"all", "exists", "exists_one", "existsOne"})
    if (name == two && count == 3) return comprehension(ast, true);
  if (name == "map" && (count == 2 || count == 3)) return comprehension(ast, false);
  for (const std::string_view two : {"transformList", "transformMap", "transformMapEntry"})
    if (name == two && (count == 3 || count == 4)) return comprehension(ast, true);
  return std::nullopt;
}

// all() is a long &&, exists() a long ||; exists_one() wants every answer.
Datum Walk::quantifier(const Ast& ast, const Range& range, std::size_t variables) {
  const bool all = ast.text == "all", exists = ast.text == "exists";
  int found = 0;
  bool any_error = false;
  for (const auto& [first, second] : range) {
    locals_.push_back({syntax_[ast.children[1]].text, first, true});
    if (variables == 2) locals_.push_back({syntax_[ast.children[2]].text, second, true});
    const Datum v = value(ast.children.back());
    locals_.resize(locals_.size() - variables);
    if (!v.is(Kind::boolean)) {
      any_error = true;
      continue;
    }
    if (all && !v.yes) return v;
    if (exists && v.yes) return v;
    found += v.yes ? 1 : 0;
  }
  if (any_error) return Datum::error("inside a macro");
  return Datum::boolean(all || (!exists && found == 1));
}

Datum Walk::comprehension(const Ast& ast, bool two_variables) {
  const Datum over = value(ast.children[0]);
  Range range;
  if (over.is(Kind::list)) {
    for (std::size_t i = 0; i < over.items.size(); ++i) {
      const Datum position = Datum::integer(static_cast<Wide>(i));
      range.emplace_back(two_variables ? position : over.items[i], over.items[i]);
    }
  } else if (over.is(Kind::map)) {
    for (const DatumEntry& entry : in_order(over)) range.emplace_back(entry.key, entry.value);
  } else {
    return Datum::error("neither list nor map");
  }
  const std::size_t variables = two_variables ? 2 : 1;
  const std::string& name = ast.text;
  if (name == "all" || name.starts_with("exists")) return quantifier(ast, range, variables);

  const bool filter = name == "filter";
  const bool with_test = ast.children.size() == variables + 3;
  std::vector<Datum> items;
  std::vector<DatumEntry> entries;
  for (const auto& [first, second] : range) {
    const std::size_t before = locals_.size();
    locals_.push_back({syntax_[ast.children[1]].text, first, true});
    if (two_variables) locals_.push_back({syntax_[ast.children[2]].text, second, true});
    Datum keep = Datum::boolean(true), made;
    if (filter || with_test) keep = value(ast.children[variables + 1]);
    if (keep.is(Kind::boolean) && keep.yes)
      made = filter ? first : value(ast.children[variables + 1 + (with_test ? 1 : 0)]);
    locals_.resize(before);
    if (!keep.is(Kind::boolean) || made.is_error()) return Datum::error("inside a macro");
    if (!keep.yes) continue;
    if (name == "transformMap") {
      entries.push_back({first, made});
    } else if (name == "transformMapEntry") {
      if (!made.is(Kind::map)) return Datum::error("no map");
      entries.insert(entries.end(), made.entries.begin(), made.entries.end());
    } else {
      items.push_back(made);
    }
  }
  if (name.starts_with("transformMap")) return map_of(std::move(entries));
  return Datum::list(std::move(items));
}

}  // namespace pharos::model
