// cel/function.cc: how functions are found by name.
#include "cel/function.h"

#include <array>

namespace pharos::cel {
namespace {

std::array<std::span<const Function>, 6> groups() {
  return {conversion_functions(), text_functions(), time_functions(),
          math_functions(),       list_functions(), optional_functions()};
}

bool callable(const Function& function, bool member) {
  return function.style == Style::either || (function.style == Style::member) == member;
}

}  // namespace

bool takes(const Function& function, std::size_t argument_count) {
  return argument_count >= function.required && argument_count <= function.most;
}

const Function* find_function(std::string_view name, bool member, std::size_t argument_count) {
  const Function* found = nullptr;
  for (const auto& group : groups()) {
    for (const Function& function : group) {
      if (function.name != name || !callable(function, member)) continue;
      if (takes(function, argument_count)) return &function;
      found = &function;
    }
  }
  return found;
}

std::vector<std::string> function_names(bool member) {
  std::vector<std::string> names;
  for (const auto& group : groups())
    for (const Function& function : group)
      if (callable(function, member)) names.emplace_back(function.name);
  return names;
}

}  // namespace pharos::cel
