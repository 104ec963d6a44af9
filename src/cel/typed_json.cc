// cel/typed_json.cc: values as JSON that keeps their kinds.
#include "base/json.h"
#include "cel/box.h"
#include "cel/json_value.h"
#include "cel/limits.h"
#include "cel/time_text.h"

namespace pharos::cel {
namespace {

std::string to_base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      out += at + i <= bytes.size() ? digits[bits >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

class Writer {
 public:
  std::optional<std::string> write(const Value& value) {
    put(value, 0);
    if (full_) return std::nullopt;
    return std::move(out_);
  }

 private:
  void put(const Value& value, int depth) {
    full_ = full_ || depth > value_depth_max || out_.size() > format_bytes_max;
    if (full_) return;
    switch (value.kind()) {
      case Kind::null: out_ += R"({"null":null})"; break;
      case Kind::boolean: open("bool", value.as_boolean() ? "true" : "false"); break;
      case Kind::integer: open("int", fmt::format("\"{}\"", value.as_integer())); break;
      case Kind::uinteger: open("uint", fmt::format("\"{}\"", value.as_uinteger())); break;
      case Kind::real: open("double", real(value.as_real())); break;
      case Kind::string: text("string", value.as_string()); break;
      case Kind::bytes: text("bytes", to_base64(value.as_string())); break;
      case Kind::timestamp: text("timestamp", format_timestamp(value)); break;
      case Kind::duration: text("duration", format_cel_duration(value)); break;
      case Kind::type: text("type", type_name_of(value)); break;
      case Kind::list: list(list_of(value), depth); break;
      case Kind::map: map(map_of(value), depth); break;
      case Kind::optional: optional(optional_of(value), depth); break;
      case Kind::error: text("error", value.as_string()); break;
      case Kind::money: open("money", fmt::format("\"{}\"", value.as_money().minor)); break;
    }
  }

  void open(std::string_view kind, std::string_view json) {
    out_ += fmt::format("{{\"{}\":{}}}", kind, json);
  }
  void text(std::string_view kind, std::string_view text) {
    std::string json;
    append_json(json, text);
    open(kind, json);
  }

  // With a point or an exponent, so that it reads as a double to people too.
  static std::string real(double value) {
    if (value != value) return "\"NaN\"";
    std::string text = fmt::format("{}", value);
    if (text.ends_with("inf")) return text.starts_with('-') ? "\"-Infinity\"" : "\"Infinity\"";
    if (text.find_first_of(".e") == std::string::npos) text += ".0";
    return text;
  }

  void list(const List& list, int depth) {
    out_ += R"({"list":[)";
    for (std::uint32_t i = 0; i < list.size && !full_; ++i) {
      if (i > 0) out_ += ',';
      put(list.data[i], depth + 1);
    }
    out_ += "]}";
  }

  void map(const Map& map, int depth) {
    out_ += R"({"map":[)";
    for (std::uint32_t i = 0; i < map.size && !full_; ++i) {
      out_ += i > 0 ? ",[" : "[";
      put(map.data[i].key, depth + 1);
      out_ += ',';
      put(map.data[i].value, depth + 1);
      out_ += ']';
    }
    out_ += "]}";
  }

  void optional(const Optional& optional, int depth) {
    if (!optional.has_value) return open("optional", "null");
    out_ += R"({"optional":)";
    put(optional.value, depth + 1);
    out_ += '}';
  }

  std::string out_;
  bool full_ = false;
};

}  // namespace

std::optional<std::string> typed_json(const Value& value) {
  return Writer().write(value);
}

}  // namespace pharos::cel
