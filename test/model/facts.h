// model/facts.h: facts of the shop, by name, made up from a seed the first time they are asked for.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "base/seeded.h"
#include "cel/arena.h"
#include "cel/rule.h"
#include "model/datum.h"

namespace pharos::model {

// The value that the evaluator sees; text and boxes live as long as the datum and the arena.
cel::Value to_value(const Datum& datum, cel::Arena& arena);
// Of the same kind and the same value; NaN is NaN, and the zeros differ.
bool is_same(const Datum& datum, const cel::Value& value);

class FactTable {
 public:
  FactTable(const cel::Schema& schema, std::uint64_t seed) : schema_(schema), seed_(seed) {}
  // "attribute seats", "aggregate sum order_paid.amount 30d ", "node main signed held".
  const Datum& operator()(const std::string& name);

 private:
  Datum make(const std::string& name) const;
  cel::PropertyType property_of(const std::string& event, const std::string& property) const;

  const cel::Schema& schema_;
  std::uint64_t seed_;
  std::map<std::string, Datum> facts_;
};

// Answers an evaluation from the table. `event`: of the properties, or -1.
class TableActivation : public cel::Activation {
 public:
  TableActivation(FactTable& table, const cel::Schema& schema, const cel::Rule& rule, int event)
      : table_(table), schema_(schema), rule_(rule), event_(event) {}

  cel::Value attribute(std::uint32_t i) override;
  cel::Value aggregate(std::uint32_t i) override;
  cel::Value node(std::uint32_t i, cel::NodeField field) override;
  cel::Value property(std::uint32_t i) override;
  cel::Value member() override { return fact("member"); }
  cel::Value event_time() override { return fact("time"); }
  Instant now() override;
  cel::Value variable(std::string_view name) override;
  void changes_at(Instant instant) override;

 private:
  cel::Value fact(const std::string& name);

  FactTable& table_;
  const cel::Schema& schema_;
  const cel::Rule& rule_;
  int event_;
  cel::Arena arena_;
};

}  // namespace pharos::model
