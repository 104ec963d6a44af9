// ingest/formula.cc: names in a rule's text, and rows as what rules read.
#include "ingest/formula.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace pharos::ingest {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_word(char c) {
  return is_letter(c) || (c >= '0' && c <= '9');
}

constexpr std::array<std::string_view, 4> words = {"true", "false", "null", "in"};
constexpr std::array<std::string_view, 5> macros = {"all", "exists", "exists_one", "map", "filter"};

// Walks over the text of an expression, name by name.
class NameScanner {
 public:
  explicit NameScanner(const cel::Rule& rule) : rule_(rule), text_(rule.text) {}

  std::vector<ColumnName> scan() {
    while (at_ < text_.size()) {
      if (text_[at_] == '\'' || text_[at_] == '"')
        skip_quoted(false);
      else if (is_letter(text_[at_]))
        take_path();
      else if (text_[at_] >= '0' && text_[at_] <= '9')
        while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '.')) ++at_;
      else
        ++at_;
    }
    std::erase_if(names_, [&](const ColumnName& name) { return bound_.contains(name.text); });
    return std::move(names_);
  }

 private:
  void skip_quoted(bool raw) {
    const char quote = text_[at_];
    const std::string triple(3, quote);
    const bool is_triple = text_.substr(at_, 3) == triple;
    at_ += is_triple ? 3 : 1;
    while (at_ < text_.size()) {
      if (!raw && text_[at_] == '\\') {
        at_ += 2;
      } else if (is_triple ? text_.substr(at_, 3) == triple : text_[at_] == quote) {
        at_ += is_triple ? 3 : 1;
        return;
      } else {
        ++at_;
      }
    }
  }

  std::string_view take_word() {
    const std::size_t first = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return text_.substr(first, at_ - first);
  }

  void take_path() {
    const std::size_t first = at_;
    const bool after_point = first > 0 && text_[first - 1] == '.';
    std::size_t end = first;  // Of the last part that is no function.
    while (true) {
      const std::string_view word = take_word();
      if (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) {
        skip_quoted(word.find_first_of("rR") != std::string_view::npos);  // r'...', b"..."
        return;
      }
      if (at_ < text_.size() && text_[at_] == '(') {
        if (std::ranges::find(macros, word) != macros.end()) bind_variable();
        break;
      }
      end = at_;
      if (at_ + 1 >= text_.size() || text_[at_] != '.' || !is_letter(text_[at_ + 1])) break;
      ++at_;
    }
    const std::string_view path = text_.substr(first, end - first);
    if (path.empty() || after_point || std::ranges::find(words, path) != words.end()) return;
    Place place = rule_.place;
    place.column += static_cast<int>(count_code_points(text_.substr(0, first)));
    names_.push_back({std::string(path), place});
  }

  void bind_variable() {
    std::size_t at = at_ + 1;
    while (at < text_.size() && text_[at] == ' ') ++at;
    const std::size_t first = at;
    while (at < text_.size() && is_word(text_[at])) ++at;
    bound_.insert(std::string(text_.substr(first, at - first)));
  }

  const cel::Rule& rule_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<ColumnName> names_;
  std::set<std::string> bound_;
};

class RowActivation : public cel::Activation {
 public:
  RowActivation(const Formula& formula, std::span<const Field> fields)
      : formula_(formula), fields_(fields) {}
  cel::Value variable(std::string_view name) override {
    for (const Formula::Variable& variable : formula_.variables)
      if (variable.name == name) return cel::Value::string(fields_[variable.slot].given_text());
    return cel::Value::error("not a column");
  }

 private:
  const Formula& formula_;
  std::span<const Field> fields_;
};

}  // namespace

std::vector<ColumnName> names_in(const cel::Rule& rule) {
  return NameScanner(rule).scan();
}

cel::Value FormulaReader::read(const Formula& formula, std::span<const Field> fields) {
  arena_.reset();
  RowActivation activation(formula, fields);
  return cel::evaluate(*formula.rule, activation, arena_);
}

}  // namespace pharos::ingest
