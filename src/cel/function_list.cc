// cel/function_list.cc: lists as a whole.
#include <algorithm>
#include <string>
#include <vector>

#include "cel/box.h"
#include "cel/function.h"

namespace pharos::cel {
namespace {

constexpr Kinds list = bit(Kind::list);
constexpr Kinds text = bit(Kind::string);

Value join(const Call& call) {
  const std::string_view between = call.size() == 2 ? call.text(1) : "";
  std::string out;
  for (const Value& item : list_of(call[0]).items()) {
    if (item.kind() != Kind::string) return Value::error("join() takes a list of strings");
    if (&item != list_of(call[0]).data) out += between;
    out += item.as_string();
    if (out.size() > arena_bytes_max) return too_much_memory();
    if (!call.arena.charge(1 + (between.size() + item.as_string().size()) / 64))
      return too_many_steps();
  }
  return call.arena.string(out);
}

constexpr Function functions[] = {
    {"join", Style::member, 1, 2, {list, text}, text, join},
};

}  // namespace

std::span<const Function> list_functions() {
  return functions;
}

}  // namespace pharos::cel
