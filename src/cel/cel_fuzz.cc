// cel/cel_fuzz.cc: arbitrary text as an expression of every use, and what compiles is evaluated.
// Nothing may crash or hang, and where the instant of change is reported it lies after now.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "cel/testing.h"

namespace pharos::cel {
namespace {

class Anything : public Activation {
 public:
  explicit Anything(const Schema& schema) : schema_(schema) {}

  Value attribute(std::uint32_t i) override {
    ASSERT(i < schema_.attributes.size());
    return of(schema_.attributes[i]);
  }
  Value property(std::uint32_t i) override {
    ASSERT(i < schema_.events[0].properties.size());
    return of(schema_.events[0].properties[i]);
  }
  Value node(std::uint32_t i, NodeField field) override {
    ASSERT(i < schema_.nodes.size());
    if (field == NodeField::entry) return Value::integer(2);
    if (field == NodeField::entered_at) return Value::timestamp(now());
    return Value::boolean(true);
  }
  Value member() override { return Value::string("ann"); }
  Value event_time() override { return Value::timestamp(now()); }
  Value variable(std::string_view name) override {
    return name == "x" ? Value::integer(1) : Activation::variable(name);
  }
  Instant now() override { return {1'700'000'000'000}; }
  void changes_at(Instant instant) override { ASSERT(instant > now() && instant <= instant_max); }

 private:
  static Value of(const Property& property) {
    switch (property.type) {
      case PropertyType::bool_: return Value::boolean(true);
      case PropertyType::int_: return Value::integer(7);
      case PropertyType::double_: return Value::real(0.5);
      case PropertyType::money: return Value::money({12'345});
      case PropertyType::time: return Value::timestamp(Instant{1'699'999'999'999});
      default: return Value::string("shoes");
    }
  }

  const Schema& schema_;
};

void run(std::string_view text) {
  static const Schema schema = testing::shop();
  static const std::vector<std::string> metrics{"gmv", "orders"};
  const Scope scopes[] = {{.use = Use::plain, .schema = nullptr, .metrics = {}},
                          {.use = Use::rule, .schema = &schema, .event = 0, .metrics = {}},
                          {.use = Use::filter, .schema = &schema, .event = 0, .metrics = {}},
                          {.use = Use::query, .schema = &schema, .metrics = {}},
                          {.use = Use::metric, .schema = &schema, .metrics = metrics}};
  static Arena arena;
  for (const Scope& scope : scopes) {
    const Compiled compiled = compile(text, {"fuzz", 1, 1}, scope, std::nullopt);
    ASSERT(compiled.rule.has_value() == compiled.diagnostics.empty());
    for (const Diagnostic& diagnostic : compiled.diagnostics)
      ASSERT(diagnostic.place.line >= 1 && diagnostic.place.column >= 1);
    if (!compiled.rule) continue;
    Anything anything(schema);
    format_value(evaluate(*compiled.rule, anything, arena), schema);
    explain(*compiled.rule, anything, arena, schema);
  }
}

}  // namespace
}  // namespace pharos::cel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pharos::cel::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
