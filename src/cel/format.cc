// cel/format.cc: values for people and for JSON.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cel/box.h"
#include "cel/describe.h"
#include "cel/rule.h"
#include "cel/time_text.h"

namespace pharos::cel {
namespace {

class Writer {
 public:
  Writer(int digits, bool for_people) : digits_(digits), for_people_(for_people) {}

  void write(const Value& value, int depth = 0) {
    if (full_ || depth > value_depth_max || out_.size() > format_bytes_max) return cut();
    switch (value.kind()) {
      case Kind::error: out_ += value.as_string(); break;
      case Kind::null: out_ += "null"; break;
      case Kind::boolean: out_ += value.as_boolean() ? "true" : "false"; break;
      case Kind::integer:
        out_ += for_people_ ? grouped(value.as_integer()) : fmt::format("{}", value.as_integer());
        break;
      case Kind::uinteger: out_ += fmt::format("{}", value.as_uinteger()); break;
      case Kind::real: out_ += fmt::format("{}", value.as_real()); break;
      case Kind::money:
        out_ += for_people_ ? format_money_grouped(value.as_money(), digits_)
                            : format_money(value.as_money(), digits_);
        break;
      case Kind::string: text(value.as_string(), for_people_ || depth > 0); break;
      case Kind::bytes: bytes(value.as_string()); break;
      case Kind::timestamp:
        out_ += value.nanos() % 1'000'000 == 0 ? format_instant(value.as_instant())
                                               : format_timestamp(value);
        break;
      case Kind::duration: out_ += format_duration_short(value.as_duration()); break;
      case Kind::list: list(list_of(value), depth); break;
      case Kind::map: map(map_of(value), depth); break;
      case Kind::type: out_ += type_name_of(value); break;
      case Kind::optional:
        if (optional_of(value).has_value)
          write(optional_of(value).value, depth + 1);
        else
          out_ += "none";
        break;
    }
  }

  std::string release() { return std::move(out_); }

 private:
  void cut() {
    if (!full_) out_ += "...";
    full_ = true;
  }

  void text(std::string_view text, bool in_quotes) {
    const std::string_view shown = text.substr(0, format_bytes_max);
    out_ += in_quotes ? quoted(shown) : std::string(shown);
    if (shown.size() < text.size()) cut();
  }

  void bytes(std::string_view bytes) {
    const std::string_view shown = bytes.substr(0, format_bytes_max / 2);
    for (const char c : shown) out_ += fmt::format("{:02x}", static_cast<unsigned char>(c));
    if (shown.size() < bytes.size()) cut();
  }

  void list(const List& list, int depth) {
    out_ += '[';
    for (std::uint32_t i = 0; i < list.size && !full_; ++i) {
      if (i > 0) out_ += ", ";
      write(list.data[i], depth + 1);
    }
    out_ += ']';
  }

  void map(const Map& map, int depth) {
    out_ += '{';
    for (std::uint32_t i = 0; i < map.size && !full_; ++i) {
      if (i > 0) out_ += ", ";
      write(map.data[i].key, depth + 1);
      out_ += ": ";
      write(map.data[i].value, depth + 1);
    }
    out_ += '}';
  }

  int digits_;
  bool for_people_;
  bool full_ = false;
  std::string out_;
};

}  // namespace

std::string format_value(const Value& value, const Schema& schema) {
  Writer writer(schema.currency.digits, false);
  writer.write(value);
  return writer.release();
}

std::string describe_value(const Value& value, int digits) {
  Writer writer(digits, true);
  writer.write(value);
  return writer.release();
}

std::string fold_white_space(std::string_view source) {
  std::string folded;
  char quote = '\0';
  bool escaped = false;
  for (std::size_t i = 0; i < source.size(); ++i) {
    char c = source[i];
    if (quote == '\0' && source.substr(i, 2) == "//") {  // A comment is white space.
      i = std::min(source.find('\n', i), source.size());
      c = ' ';
    }
    if (quote == '\0' && (c == '\'' || c == '"'))
      quote = c;
    else if (c == quote && !escaped)
      quote = '\0';
    escaped = c == '\\' && !escaped;
    const bool space =
        quote == '\0' && (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f');
    if (!space)
      folded += c;
    else if (!folded.ends_with(' '))
      folded += ' ';
  }
  return folded;
}

}  // namespace pharos::cel
