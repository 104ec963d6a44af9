// cel/testing.h: a schema and an activation of fixed facts, for the tests of this folder.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cel/arena.h"
#include "cel/rule.h"

namespace pharos::cel::testing {

inline Schema shop() {
  Schema schema;
  schema.attributes = {
      {"industry", PropertyType::string, {}}, {"size", PropertyType::enum_, {"smb", "mid", "key"}},
      {"seats", PropertyType::int_, {}},      {"score", PropertyType::double_, {}},
      {"credit", PropertyType::money, {}},    {"signed_at", PropertyType::time, {}},
      {"vip", PropertyType::bool_, {}}};
  schema.events = {{"order_paid",
                    {{"amount", PropertyType::money, {}},
                     {"category", PropertyType::enum_, {"shoes", "bags", "beauty"}},
                     {"items", PropertyType::int_, {}},
                     {"weight", PropertyType::double_, {}},
                     {"shipped_at", PropertyType::time, {}},
                     {"note", PropertyType::string, {}}}},
                   {"login", {}}};
  schema.nodes = {
      {"main", "signed"}, {"main", "activated"}, {"ads", "signed"}, {"ads", "topped_up"}};
  return schema;
}

// Answers from maps; what is not in them is an error, as in the default.
class Facts : public Activation {
 public:
  std::map<std::uint32_t, Value> attributes, aggregates, properties;
  std::map<std::pair<std::uint32_t, NodeField>, Value> nodes;
  std::map<std::string, Value, std::less<>> variables;
  Value member_value = Value::error("no member");
  Instant time{};
  std::vector<std::int64_t> changes;

  Value attribute(std::uint32_t i) override { return find(attributes, i); }
  Value aggregate(std::uint32_t i) override { return find(aggregates, i); }
  Value property(std::uint32_t i) override { return find(properties, i); }
  Value node(std::uint32_t i, NodeField field) override { return find(nodes, std::pair(i, field)); }
  Value variable(std::string_view name) override {
    const auto at = variables.find(name);
    return at == variables.end() ? Value::error("no such variable") : at->second;
  }
  Value member() override { return member_value; }
  Value event_time() override { return Value::timestamp(time); }
  Instant now() override { return time; }
  void changes_at(Instant t) override { changes.push_back(t.ms); }

 private:
  template <class Map, class Key>
  static Value find(const Map& map, const Key& key) {
    const auto at = map.find(key);
    return at == map.end() ? Value::error("missing") : at->second;
  }
};

inline std::string lines_of(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += format_diagnostic(diagnostic) + "\n";
  return text;
}

}  // namespace pharos::cel::testing
