// access/fields.h: small JSON objects for the audit and for answers, members in the order they are
// given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace pharos::access {

class Fields {
 public:
  Fields& text(std::string_view name, std::string_view value) {
    key(name);
    append_json(out_, value);
    return *this;
  }
  Fields& number(std::string_view name, std::int64_t value) {
    key(name);
    out_ += std::to_string(value);
    return *this;
  }
  Fields& boolean(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
    return *this;
  }
  Fields& texts(std::string_view name, const std::vector<std::string>& values) {
    key(name);
    out_ += list_of(values);
    return *this;
  }
  // JSON as it is; "null".
  Fields& raw(std::string_view name, std::string_view json) {
    key(name);
    out_ += json;
    return *this;
  }
  std::string take() const { return out_.empty() ? "{}" : out_ + "}"; }

  static std::string list_of(const std::vector<std::string>& values) {
    std::string list = "[";
    for (const std::string& value : values) {
      if (list.size() > 1) list += ',';
      append_json(list, value);
    }
    return list + "]";
  }

 private:
  void key(std::string_view name) {
    out_ += out_.empty() ? '{' : ',';
    append_json(out_, name);
    out_ += ':';
  }
  std::string out_;
};

}  // namespace pharos::access
