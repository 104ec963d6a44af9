// base/json.cc: the one file that asks nlohmann-json.
#include "base/json.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "base/text.h"

namespace pharos {
namespace {

using Library = nlohmann::json;

// Goes over the text and tells how far the library has read.
class Reader {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Reader(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  const char& operator*() const { return *at_; }
  Reader& operator++() {
    ++at_;
    if (furthest_) *furthest_ = at_;
    return *this;
  }
  Reader operator++(int) {
    const Reader before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Reader& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

class TreeBuilder : public nlohmann::json_sax<Library> {
 public:
  explicit TreeBuilder(std::string_view text) : text_(text), read_(text.data()) {}

  Result<Json> run() {
    const char* const end = text_.data() + text_.size();
    if (Library::sax_parse(Reader(text_.data(), &read_), Reader(end, nullptr), this))
      return std::move(root_);
    return std::unexpected(std::move(error_));
  }

  bool null() override { return put({}); }
  bool boolean(bool value) override {
    return put({.kind = JsonKind::boolean, .boolean = value, .text = {}, .names = {}, .items = {}});
  }
  bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
  bool number_float(number_float_t, const string_t& written) override { return number(written); }
  bool string(string_t& value) override {
    return put({.kind = JsonKind::string, .text = std::move(value), .names = {}, .items = {}});
  }
  bool binary(binary_t&) override { return false; }  // JSON text has none.

  bool start_object(std::size_t) override { return open(JsonKind::object); }
  bool start_array(std::size_t) override { return open(JsonKind::list); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (!names_.back().insert(name).second)
      return refuse(ErrorCode::invalid, pharos::quoted(name) + " comes twice", last());
    open_.back()->names.push_back(std::move(name));
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const Library::exception& exception) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing
    // value - unexpected end of input; expected ..."
    std::string_view what = exception.what();
    for (const std::string_view lead : {"] ", "syntax error while parsing ", " - "})
      if (const std::size_t at = what.find(lead); at != std::string_view::npos)
        what.remove_prefix(at + lead.size());
    // The position counts bytes from 1, and the end of the text as one.
    return refuse(ErrorCode::invalid, std::string(what), std::max<std::size_t>(position, 1) - 1);
  }

 private:
  bool number(std::string written) {
    return put({.kind = JsonKind::number, .text = std::move(written), .names = {}, .items = {}});
  }

  // The byte that was read last.
  std::size_t last() const {
    const auto count = static_cast<std::size_t>(read_ - text_.data());
    return count == 0 ? 0 : count - 1;
  }

  bool put(Json value) {
    const std::size_t at = last();
    line_ += static_cast<int>(std::count(text_.begin() + counted_, text_.begin() + at, '\n'));
    counted_ = at;
    value.line = line_;
    (open_.empty() ? root_ : open_.back()->items.emplace_back()) = std::move(value);
    return true;
  }

  bool open(JsonKind kind) {
    if (open_.size() == json_levels_max)
      return refuse(ErrorCode::limit,
                    fmt::format("more than {} levels of lists and objects", json_levels_max),
                    last());
    put({.kind = kind, .text = {}, .names = {}, .items = {}});
    open_.push_back(open_.empty() ? &root_ : &open_.back()->items.back());
    names_.emplace_back();
    return true;
  }
  bool close() {
    open_.pop_back();
    names_.pop_back();
    return true;
  }

  bool refuse(ErrorCode code, std::string message, std::size_t offset) {
    const std::string_view before = text_.substr(0, std::min(offset, text_.size()));
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::string_view in_line = before.substr(before.rfind('\n') + 1);  // npos + 1 is 0.
    error_ = {code,
              fmt::format("{}:{}: {}", line, count_code_points(in_line) + 1, std::move(message))};
    return false;
  }

  std::string_view text_;
  const char* read_;  // Behind the byte that was read last.
  std::size_t counted_ = 0;
  int line_ = 1;  // Of the byte at `counted_`.
  Json root_;
  // From the root down. A value that is open is the last one of its parent, so it stays in place.
  std::vector<Json*> open_;
  std::vector<std::unordered_set<std::string>> names_;  // Beside open_.
  Error error_{ErrorCode::invalid, {}};
};

}  // namespace

std::string_view name_of(JsonKind kind) {
  constexpr std::string_view names[] = {"null",   "true or false", "a number",
                                        "a text", "a list",        "an object"};
  return names[static_cast<std::size_t>(kind)];
}

const Json* Json::find(std::string_view name) const {
  const auto at = std::ranges::find(names, name);
  return at == names.end() ? nullptr : &items[static_cast<std::size_t>(at - names.begin())];
}

Result<Json> parse_json(std::string_view text) {
  return TreeBuilder(text).run();
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  std::size_t clean = 0;  // First byte that is not in `out` yet.
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out += text.substr(clean, i - clean);
    clean = i + 1;
    switch (byte) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      default: out += fmt::format("\\u{:04x}", byte);
    }
  }
  out += text.substr(clean);
  out += '"';
}

void append_json(std::string& out, const Json& json) {
  switch (json.kind) {
    case JsonKind::null: out += "null"; return;
    case JsonKind::boolean: out += json.boolean ? "true" : "false"; return;
    case JsonKind::number: out += json.text; return;
    case JsonKind::string: append_json(out, json.text); return;
    case JsonKind::list:
    case JsonKind::object: break;
  }
  const bool is_object = json.kind == JsonKind::object;
  out += is_object ? '{' : '[';
  for (std::size_t i = 0; i < json.items.size(); ++i) {
    if (i > 0) out += ',';
    if (is_object) {
      append_json(out, json.names[i]);
      out += ':';
    }
    append_json(out, json.items[i]);
  }
  out += is_object ? '}' : ']';
}

}  // namespace pharos
