// cel/conformance_test.cc: the cases of cel-spec in ../shared, suite by suite.
#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cel/box.h"
#include "cel/compare.h"
#include "cel/testing.h"
#include "cel/time_text.h"

namespace pharos::cel {
namespace {

using Json = nlohmann::json;

const std::filesystem::path folder =
    std::filesystem::path(PHAROS_SOURCE_DIR).parent_path() / "shared/conformance/cel";

std::string from_base64(const std::string& text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<std::uint32_t>(digits.find(c));
    if ((count += 6) >= 8) out += static_cast<char>(bits >> (count -= 8) & 0xFF);
  }
  return out;
}

// Builds values of the cases; texts and boxes live as long as it does.
class Values {
 public:
  Value of(const Json& typed) {
    const std::string kind = typed.begin().key();
    const Json& value = typed.begin().value();
    if (kind == "int") return Value::integer(std::stoll(value.get<std::string>()));
    if (kind == "uint") return Value::uinteger(std::stoull(value.get<std::string>()));
    if (kind == "double") return Value::real(real(value));
    if (kind == "string") return Value::string(texts_.emplace_back(value.get<std::string>()));
    if (kind == "bytes") return Value::bytes(texts_.emplace_back(from_base64(value)));
    if (kind == "bool") return Value::boolean(value.get<bool>());
    if (kind == "timestamp") return *parse_timestamp(value.get<std::string>());
    if (kind == "duration") return *parse_cel_duration(value.get<std::string>());
    if (kind == "type") return type(value.get<std::string>());
    if (kind == "list") return list(value);
    if (kind == "map") return map(value);
    return Value::null();
  }

 private:
  static double real(const Json& value) {
    if (value.is_number()) return value.get<double>();
    const std::string name = value.get<std::string>();
    if (name == "NaN") return std::nan("");
    return name == "Infinity" ? HUGE_VAL : -HUGE_VAL;
  }

  Value type(const std::string& name) {
    const std::string& kept = texts_.emplace_back(name);
    TypeName* const box = arena_.array<TypeName>(1);
    box->name = kept;
    return Value::boxed(Kind::type, box);
  }

  Value list(const Json& items) {
    Value* const values = arena_.array<Value>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) values[i] = of(items[i]);
    return make_list({values, items.size()}, arena_);
  }

  Value map(const Json& items) {
    Entry* const entries = arena_.array<Entry>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) entries[i] = {of(items[i][0]), of(items[i][1])};
    return make_map({entries, items.size()}, arena_);
  }

  std::deque<std::string> texts_;
  Arena arena_;
};

// Kinds must match as well, and NaN is NaN.
bool same(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.kind() == Kind::real && std::isnan(a.as_real())) return std::isnan(b.as_real());
  if (a.kind() == Kind::list) {
    const List &x = list_of(a), &y = list_of(b);
    return std::ranges::equal(x.items(), y.items(), same);
  }
  if (a.kind() == Kind::map) {
    return std::ranges::equal(map_of(a).entries(), map_of(b).entries(),
                              [](const Entry& x, const Entry& y) {
                                return same(x.key, y.key) && same(x.value, y.value);
                              });
  }
  Arena arena;
  return equal(a, b, {}, arena) == true;
}

// What differs from the expectation; empty if nothing does.
std::string fault_of(const Json& test) {
  Values values;
  testing::Facts facts;
  for (const auto& [name, typed] : test["bindings"].items())
    facts.variables.emplace(name, values.of(typed));
  const bool wants_error = test["expect"].contains("error");
  const std::string text = test["expr"];
  const Compiled compiled = compile(text, {"case", 1, 1}, {}, std::nullopt);
  if (!compiled.rule) return wants_error ? "" : testing::lines_of(compiled.diagnostics);
  Arena arena;
  const Value value = evaluate(*compiled.rule, facts, arena);
  if (wants_error) return value.is_error() ? "" : "is " + format_value(value, {});
  if (value.is_error()) return "error: " + std::string(value.as_string());
  if (same(value, values.of(test["expect"]["value"]))) return "";
  return "is " + format_value(value, {});
}

struct Suite {
  std::string name;
  int passed;
};

class Conformance : public ::testing::TestWithParam<Suite> {};

TEST_P(Conformance, cases_pass) {
  const std::filesystem::path file = folder / (GetParam().name + ".json");
  // The cases lie beside the project, not in it.
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not there";
  const Json suite = Json::parse(std::ifstream(file));
  int passed = 0;
  for (const Json& test : suite["cases"]) {
    const std::string fault = fault_of(test);
    if (fault.empty())
      ++passed;
    else
      ADD_FAILURE() << test["section"] << " " << test["name"] << ": " << test["expr"] << "\n"
                    << fault;
  }
  EXPECT_EQ(passed, GetParam().passed);
}

INSTANTIATE_TEST_SUITE_P(
    suites, Conformance,
    ::testing::Values(Suite{"basic", 24}, Suite{"bindings_ext", 3}, Suite{"comparisons", 203},
                      Suite{"conversions", 69}, Suite{"fields", 39}, Suite{"fp_math", 21},
                      Suite{"integer_math", 34}, Suite{"lists", 19}, Suite{"logic", 19},
                      Suite{"macros", 17}, Suite{"macros2", 29}, Suite{"math_ext", 124},
                      Suite{"optionals", 34}, Suite{"parse", 119}, Suite{"plumbing", 4},
                      Suite{"string", 30}, Suite{"string_ext", 125}, Suite{"timestamps", 42}),
    [](const auto& suite) { return suite.param.name; });

}  // namespace
}  // namespace pharos::cel
