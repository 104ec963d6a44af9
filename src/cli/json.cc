// cli/json.cc: the one file that meets nlohmann's reader.
#include "cli/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace pharos::cli {
namespace {

constexpr std::size_t depth_max = 64;
constexpr std::size_t shown_bytes_max = 200;

// Builds the value as nlohmann's reader meets its parts; false stops the reader.
class Builder {
 public:
  bool null() { return put({}); }
  bool boolean(bool value) { return put({.value = value}); }
  bool number_integer(std::int64_t value) { return put({.value = value}); }
  bool number_unsigned(std::uint64_t value) {
    if (value > INT64_MAX) return put({.value = static_cast<double>(value)});
    return put({.value = static_cast<std::int64_t>(value)});
  }
  bool number_float(double value, const std::string&) { return put({.value = value}); }
  bool string(std::string& value) { return put({.value = std::move(value)}); }
  bool binary(std::vector<std::uint8_t>&) { return false; }
  bool start_object(std::size_t) { return open({.value = JsonMembers{}}); }
  bool start_array(std::size_t) { return open({.value = JsonList{}}); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    if (open_.back()->find(name))
      return refuse(fmt::format("{} comes twice", pharos::quoted(name)));
    key_ = std::move(name);
    return true;
  }
  // "[json.exception.parse_error.101] parse error at line 1, column 2: ..." is cut to its news.
  template <class Failure>
  bool parse_error(std::size_t, const std::string&, const Failure& failure) {
    std::string_view text = failure.what();
    for (const std::string_view lead : {"] ", "parse error at "})
      if (const auto at = text.find(lead); at != std::string_view::npos)
        text.remove_prefix(at + lead.size());
    return refuse(std::string(text));
  }

  Json root;
  std::string fault;

 private:
  bool refuse(std::string text) {
    if (fault.empty()) fault = std::move(text);
    return false;
  }
  Json* place(Json value) {
    if (open_.empty()) return &(root = std::move(value));
    if (auto* list = std::get_if<JsonList>(&open_.back()->value))
      return &list->emplace_back(std::move(value));
    auto& members = std::get<JsonMembers>(open_.back()->value);
    return &members.emplace_back(std::move(key_), std::move(value)).second;
  }
  bool put(Json value) {
    place(std::move(value));
    return true;
  }
  // Pointers stay good: a parent does not grow while a child is open.
  bool open(Json value) {
    if (open_.size() == depth_max)
      return refuse(fmt::format("more than {} levels of lists and objects", depth_max));
    open_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<Json*> open_;
  std::string key_;
};

}  // namespace

std::optional<double> Json::number() const {
  if (const auto* integer = as<std::int64_t>()) return static_cast<double>(*integer);
  if (const auto* real = as<double>()) return *real;
  return std::nullopt;
}

const Json* Json::find(std::string_view key) const {
  const auto* members = as<JsonMembers>();
  if (!members) return nullptr;
  const auto found = std::ranges::find(*members, key, &JsonMembers::value_type::first);
  return found == members->end() ? nullptr : &found->second;
}

Json& Json::add(std::string key, Json member) {
  std::get<JsonMembers>(value).emplace_back(std::move(key), std::move(member));
  return *this;
}
Json& Json::add(Json item) {
  std::get<JsonList>(value).push_back(std::move(item));
  return *this;
}

Json json_object() {
  return {.value = JsonMembers{}};
}
Json json_list() {
  return {.value = JsonList{}};
}
Json json_of(std::optional<double> number) {
  return number ? json_of(*number) : Json{};
}

Result<Json> parse_json(std::string_view text) {
  Builder builder;
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::move(builder.root);
  return fail(ErrorCode::invalid, "{}", builder.fault);
}

void put_json(Document& document, const Json& json) {
  if (const auto* flag = json.as<bool>()) {
    document.boolean(*flag);
  } else if (const auto* integer = json.as<std::int64_t>()) {
    document.integer(*integer);
  } else if (const auto* real = json.as<double>()) {
    document.real(*real);
  } else if (const auto* text = json.as<std::string>()) {
    document.text(*text);
  } else if (const auto* list = json.as<JsonList>()) {
    document.open_list();
    for (const Json& item : *list) put_json(document, item);
    document.close_list();
  } else if (const auto* members = json.as<JsonMembers>()) {
    document.open_object();
    for (const auto& [key, member] : *members) put_json(document.key(key), member);
    document.close_object();
  } else {
    document.null();
  }
}

std::string json_text(const Json& json) {
  Document document(Layout::one_line);
  put_json(document, json);
  std::string text = document.take();
  if (text.size() <= shown_bytes_max) return text;
  std::size_t end = shown_bytes_max;
  while ((text[end] & 0xC0) == 0x80) --end;  // Not inside of a character.
  return text.substr(0, end) + "...";
}

std::string_view kind_of(const Json& json) {
  constexpr std::string_view kinds[] = {"null", "true or false", "a number", "a number",
                                        "text", "a list",        "an object"};
  return kinds[json.value.index()];
}

}  // namespace pharos::cli
