// ingest/formula.h: a CEL rule whose variables are columns: which ones it names, and its value for
// a row.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cel/arena.h"
#include "cel/rule.h"
#include "ingest/map.h"
#include "ingest/row.h"

namespace pharos::ingest {

// Every name or dotted path in the rule's text that may be a column: not functions, not methods,
// not words of the language, not the variable of a macro, not what stands in quotes.
std::vector<ColumnName> names_in(const cel::Rule& rule);

struct Formula {
  struct Variable {
    std::string name;  // As the rule has it: "order.order_status".
    std::uint32_t slot;
  };
  const cel::Rule* rule = nullptr;  // Borrowed from the map.
  std::vector<Variable> variables;
};

// One a thread.
class FormulaReader {
 public:
  // Columns are strings; an empty or missing one is ''. The value lives until the next call.
  cel::Value read(const Formula& formula, std::span<const Field> fields);

 private:
  cel::Arena arena_;
};

}  // namespace pharos::ingest
