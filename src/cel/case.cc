// cel/case.cc: reads the cases of a file, runs one, and compares.
#include "cel/case.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "cel/box.h"
#include "cel/compare.h"

namespace pharos::cel {
namespace {

class CaseReader {
 public:
  explicit CaseReader(const std::string& file) : file_(file) {}

  Result<std::vector<Case>> read(std::string_view text) {
    auto parsed = parse_json(text);
    if (!parsed)
      return std::unexpected(
          Error{parsed.error().code, fmt::format("{}:{}", file_, parsed.error().message)});
    const Json* const cases = parsed->find("cases");
    if (!cases || cases->kind != JsonKind::list)
      return fail(ErrorCode::invalid,
                  "{}:{}: no file of cases: expected an object with a list \"cases\"", file_,
                  parsed->line);
    TRY(known_only(*parsed, {"suite", "optional", "cases"}));
    std::vector<Case> all;
    for (const Json& json : cases->items) all.push_back(TRY(read_case(json)));
    return all;
  }

 private:
  Result<Case> read_case(const Json& json) {
    if (json.kind != JsonKind::object)
      return fail(ErrorCode::invalid, "{}:{}: a case is an object, found {}", file_, json.line,
                  name_of(json.kind));
    TRY(known_only(json, {"suite", "section", "name", "expr", "bindings", "type_env", "expect",
                          "disable_check"}));
    Case test;
    test.line = json.line;
    test.section = TRY(text(json, "section"));
    test.name = TRY(text(json, "name"));
    test.text = TRY(text(json, "expr"));
    test.bindings = std::make_unique<Bindings>();
    if (const Json* const bindings = json.find("bindings"))
      TRY(placed(test.bindings->read(*bindings, JsonForm::typed)));
    const Json* const expect = json.find("expect");
    const Json* const value = expect ? expect->find("value") : nullptr;
    const Json* const error = expect ? expect->find("error") : nullptr;
    const bool wants_error = error && error->kind == JsonKind::boolean && error->boolean;
    if (!expect || expect->items.size() != 1 || !(value || wants_error))
      return fail(ErrorCode::invalid,
                  "{}:{}: the case {} needs \"expect\": {{\"value\": ...}} or {{\"error\": true}}",
                  file_, json.line, quoted(test.name));
    if (value) test.expected = TRY(placed(test.bindings->values().read(*value, JsonForm::typed)));
    return test;
  }

  Result<std::string> text(const Json& json, const std::string& name) const {
    const Json* const found = json.find(name);
    if (found && found->kind == JsonKind::string) return found->text;
    return fail(ErrorCode::invalid, "{}:{}: a case needs {}, a text; found {}", file_, json.line,
                quoted(name), found ? name_of(found->kind) : "nothing");
  }

  Result<> known_only(const Json& json, const std::vector<std::string>& known) const {
    for (const std::string& name : json.names)
      if (std::ranges::find(known, name) == known.end()) {
        const std::string hint = did_you_mean(name, known);
        return fail(ErrorCode::invalid, "{}:{}: {} has no meaning here{}{}", file_, json.line,
                    quoted(name), hint.empty() ? "" : "\n  ", hint);
      }
    return {};
  }

  template <class T>
  Result<T> placed(Result<T> result) const {
    if (!result) result.error().message = fmt::format("{}:{}", file_, result.error().message);
    return result;
  }

  const std::string& file_;
};

bool same(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::real:
      if (std::isnan(a.as_real())) return std::isnan(b.as_real());
      break;
    case Kind::list: return std::ranges::equal(list_of(a).items(), list_of(b).items(), same);
    case Kind::map:
      return std::ranges::equal(map_of(a).entries(), map_of(b).entries(),
                                [](const Entry& x, const Entry& y) {
                                  return same(x.key, y.key) && same(x.value, y.value);
                                });
    case Kind::optional: {
      const Optional &x = optional_of(a), &y = optional_of(b);
      return x.has_value == y.has_value && (!x.has_value || same(x.value, y.value));
    }
    default: break;
  }
  Arena arena;
  return equal(a, b, {}, arena) == true;
}

std::string shown(const Value& value) {
  return typed_json(value).value_or("a value too long to be shown");
}

}  // namespace

Result<std::vector<Case>> read_cases(std::string_view text, const std::string& file) {
  return CaseReader(file).read(text);
}

CaseOutcome run_case(const Case& test) {
  CaseOutcome outcome{.passed = !test.expected, .expected = "an error", .found = {}};
  if (test.expected) outcome.expected = shown(*test.expected);
  const Compiled compiled = compile(test.text, {"", 1, 1}, {}, std::nullopt);
  if (!compiled.rule) {
    const Diagnostic& first = compiled.diagnostics.front();
    outcome.found =
        fmt::format("a fault at {}:{}: {}", first.place.line, first.place.column, first.message);
    return outcome;
  }
  Arena arena;
  const Value value = evaluate(*compiled.rule, *test.bindings, arena);
  outcome.passed = test.expected ? same(value, *test.expected) : value.is_error();
  outcome.found = value.is_error() ? "error: " + std::string(value.as_string()) : shown(value);
  return outcome;
}

}  // namespace pharos::cel
