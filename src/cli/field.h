// cli/field.h: a place in a JSON document that is being read: each question says what it expects,
// and the first thing that is not so is the document's fault, with its path.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/zone.h"
#include "cli/json.h"

namespace pharos::cli {

// After a fault every question is answered with something harmless; who reads asks for the fault
// before the answers are used.
class Field {
 public:
  // The document must outlive all of its fields. `path`: where it lies in a greater one.
  explicit Field(const Json& document, std::string path = {});

  const Json& json() const { return *json_; }
  const std::string& path() const { return path_; }
  const std::optional<std::string>& fault() const { return *fault_; }
  bool ok() const { return !*fault_; }
  // `path: expected <what>, found <kind>`; or a sentence of its own.
  void expected(std::string_view what) const;
  void refuse(std::string_view sentence) const;

  // A member that must be there; a member that may be missing or null. Of an object.
  Field at(std::string_view key) const;
  std::optional<Field> find(std::string_view key) const;
  std::vector<Field> items() const;                                 // Of a list.
  std::vector<std::pair<std::string_view, Field>> members() const;  // Of an object.
  // A key that is none of these, but nearly, is a slip: a fault.
  void check_keys(std::span<const std::string> known) const;

  std::string_view text() const;
  bool flag() const;
  std::int64_t integer(std::int64_t least, std::int64_t most) const;
  double number() const;
  Instant instant() const;  // RFC 3339.
  Zone zone() const;        // An IANA name.
  // The index of the text in the names.
  std::size_t choice(std::span<const std::string> names) const;

 private:
  Field(const Json& json, std::string path, std::shared_ptr<std::optional<std::string>> fault)
      : json_(&json), path_(std::move(path)), fault_(std::move(fault)) {}
  template <class T>
  const T* as(std::string_view what) const;

  const Json* json_;
  std::string path_;
  std::shared_ptr<std::optional<std::string>> fault_;  // Of the whole document.
};

}  // namespace pharos::cli
