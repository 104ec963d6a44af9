// access/operator.h: who works in the console, and who is calling.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"

namespace pharos::access {

// Never issued twice, never zero.
struct OperatorId {
  std::int64_t value = 0;
  auto operator<=>(const OperatorId&) const = default;
};

enum class OperatorState : std::uint8_t { invited, active, disabled };
std::string_view name_of(OperatorState state);

struct Operator {
  OperatorId id;
  std::string email;  // In lower case; `me` in row scopes.
  std::string name;
  std::string locale;  // en, zh
  std::string role;    // A built-in one, or the name of a custom one.
  std::vector<std::string> teams;
  std::string scope;  // CEL; empty: as the role says.
  OperatorState state = OperatorState::invited;
  bool has_password = false;
  bool has_second_factor = false;
  Instant created_at{};
};

// Who asks for something, from where and when: each change is written down with it.
struct Caller {
  OperatorId actor;     // Zero: nobody who signed in; the link or the command line is the reason.
  std::string address;  // As the server knows it, proxies resolved; may be empty.
  Instant now;
  std::string key = {};  // The name of the API key that was used instead of a sign-in.
};

}  // namespace pharos::access
