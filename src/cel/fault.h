// cel/fault.h: faults found in an expression, and where they stand in the file around it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "cel/limits.h"

namespace pharos::cel {

// The place of the byte at `offset` of a text that begins at `place`. Lines after the first are
// taken to be indented as far as the first one, as in a YAML block.
Place place_at(std::string_view text, std::size_t offset, const Place& place);

class Faults {
 public:
  Faults(std::string_view text, const Place& place) : text_(text), place_(place) {}

  void add(std::size_t offset, std::string message, std::string hint = {}) {
    if (list_.size() >= diagnostics_max) return;
    list_.push_back(
        {Severity::error, place_at(text_, offset, place_), std::move(message), std::move(hint)});
  }
  // What another compilation found.
  void take(Diagnostics others) {
    for (Diagnostic& other : others)
      if (list_.size() < diagnostics_max) list_.push_back(std::move(other));
  }
  std::size_t count() const { return list_.size(); }
  bool is_full() const { return list_.size() >= diagnostics_max; }
  Place place(std::size_t offset) const { return place_at(text_, offset, place_); }
  Diagnostics release() { return std::move(list_); }

 private:
  std::string_view text_;
  Place place_;
  Diagnostics list_;
};

}  // namespace pharos::cel
