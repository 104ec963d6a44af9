// cli/queries.h: CEL as typed on the command line, compiled against a playbook.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cel/rule.h"
#include "cli/shell.h"
#include "playbook/model.h"

namespace pharos::cli {

// One expression and where it was typed, such as "--where".
struct QueryText {
  std::string option;
  std::string text;
};

// None if it does not check: then every fault was shown on stderr.
std::optional<cel::Rule> compile_query(const Shell& shell, const playbook::Playbook& playbook,
                                       const QueryText& query, std::optional<cel::Kind> result);

// The same for an expression that may name other things.
std::optional<cel::Rule> compile_in(const Shell& shell, const QueryText& query,
                                    const cel::Scope& scope, std::optional<cel::Kind> result);

// Splits at commas outside of quotes and brackets; white space at the ends is cut.
std::vector<std::string> split_expressions(std::string_view text);

// "gmv desc" is ordered downwards: the expression without its direction.
struct Ordering {
  std::string text;
  bool descending = false;
};
Ordering parse_ordering(std::string_view text);

}  // namespace pharos::cli
