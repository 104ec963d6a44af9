// cel/function_optional.cc: values that may be absent.
#include "cel/box.h"
#include "cel/function.h"

namespace pharos::cel {
namespace {

constexpr Kinds optional = bit(Kind::optional);

bool is_zero(const Value& v) {
  switch (v.kind()) {
    case Kind::null: return true;
    case Kind::boolean:
    case Kind::integer:
    case Kind::uinteger:
    case Kind::money:
    case Kind::duration: return v.as_integer() == 0;
    case Kind::real: return v.as_real() == 0;
    case Kind::string:
    case Kind::bytes: return v.as_string().empty();
    case Kind::list: return list_of(v).size == 0;
    case Kind::map: return map_of(v).size == 0;
    case Kind::optional: return !optional_of(v).has_value;
    default: return false;
  }
}

Value none(const Call&) {
  return no_optional();
}
Value of(const Call& call) {
  return make_optional(call[0], call.arena);
}
Value of_non_zero(const Call& call) {
  return is_zero(call[0]) ? no_optional() : of(call);
}
Value has_value(const Call& call) {
  return Value::boolean(optional_of(call[0]).has_value);
}
Value value(const Call& call) {
  const Optional& box = optional_of(call[0]);
  return box.has_value ? box.value : Value::error("the optional has no value");
}
Value either(const Call& call) {
  return optional_of(call[0]).has_value ? call[0] : call[1];
}
Value value_or(const Call& call) {
  const Optional& box = optional_of(call[0]);
  return box.has_value ? box.value : call[1];
}

constexpr Function functions[] = {
    {"optional.none", Style::global, 0, 0, {}, optional, none},
    {"optional.of", Style::global, 1, 1, {any_kind}, optional, of},
    {"optional.ofNonZeroValue", Style::global, 1, 1, {any_kind}, optional, of_non_zero},
    {"hasValue", Style::member, 1, 1, {optional}, bit(Kind::boolean), has_value},
    {"value", Style::member, 1, 1, {optional}, any_kind, value},
    {"or", Style::member, 2, 2, {optional, optional}, optional, either, true},
    {"orValue", Style::member, 2, 2, {optional, any_kind}, any_kind, value_or, true},
};

}  // namespace

std::span<const Function> optional_functions() {
  return functions;
}

}  // namespace pharos::cel
