// cel/function.h: the table of standard functions: what they take, give and do.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cel/arena.h"
#include "cel/compare.h"
#include "cel/limits.h"
#include "cel/type.h"
#include "cel/value.h"

namespace pharos::cel {

// The arguments of one call, none of them an error and each of a kind that the table allows.
struct Call {
  std::span<const Value> arguments;
  MoneyScale money;
  Arena& arena;

  const Value& operator[](std::size_t i) const { return arguments[i]; }
  std::size_t size() const { return arguments.size(); }
  std::string_view text(std::size_t i) const { return arguments[i].as_string(); }
};

enum class Style : std::uint8_t { global, member, either };

struct Function {
  std::string_view name;  // With its name space: math.abs
  Style style = Style::global;
  std::uint8_t required = 1;  // Arguments, the receiver included.
  std::uint8_t most = 1;
  std::array<Kinds, 4> parameters{};  // The last one also stands for all that follow.
  Kinds result = any_kind;            // One kind, or any.
  Value (*evaluate)(const Call& call) = nullptr;
  bool receiver_decides = false;  // An optional with a value: the other argument is not evaluated.

  Kinds parameter(std::size_t i) const { return parameters[i < 4 ? i : 3]; }
};

// The entry that takes so many arguments, or any of the name and style if none does; null if there
// is no such name. `member`: called on a receiver, which counts as the first argument.
const Function* find_function(std::string_view name, bool member, std::size_t argument_count);
bool takes(const Function& function, std::size_t argument_count);
// Every name, for hints.
std::vector<std::string> function_names(bool member);

// One group a file.
std::span<const Function> conversion_functions();
std::span<const Function> text_functions();
std::span<const Function> time_functions();
std::span<const Function> math_functions();
std::span<const Function> list_functions();
std::span<const Function> optional_functions();

}  // namespace pharos::cel
