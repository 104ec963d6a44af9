// cli/queries.cc: faults of typed expressions are pointed at.
#include "cli/queries.h"

#include "base/text.h"
#include "cli/faults.h"

namespace pharos::cli {

std::optional<cel::Rule> compile_query(const Shell& shell, const playbook::Playbook& playbook,
                                       const QueryText& query, std::optional<cel::Kind> result) {
  return compile_in(
      shell, query,
      {.use = cel::Use::query, .schema = &playbook.schema, .event = -1, .metrics = {}}, result);
}

std::optional<cel::Rule> compile_in(const Shell& shell, const QueryText& query,
                                    const cel::Scope& scope, std::optional<cel::Kind> result) {
  cel::Compiled compiled =
      cel::compile(query.text, {.file = query.option, .line = 1, .column = 1}, scope, result);
  show_faults(shell, compiled.diagnostics, {{query.option, query.text}});
  return std::move(compiled.rule);
}

std::vector<std::string> split_expressions(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\')
        ++i;
      else if (c == quote)
        quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      --depth;
    } else if (c == ',' && depth <= 0) {
      parts.emplace_back(trimmed(text.substr(from, i - from)));
      from = i + 1;
    }
  }
  parts.emplace_back(trimmed(text.substr(from)));
  return parts;
}

Ordering parse_ordering(std::string_view text) {
  text = trimmed(text);
  for (const auto& [suffix, descending] :
       {std::pair(std::string_view(" desc"), true), std::pair(std::string_view(" asc"), false)})
    if (text.ends_with(suffix))
      return {std::string(trimmed(text.substr(0, text.size() - suffix.size()))), descending};
  return {std::string(text), false};
}

}  // namespace pharos::cli
