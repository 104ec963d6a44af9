// cel/type.cc: static types and their names.
#include "cel/type.h"

#include "cel/compare.h"

namespace pharos::cel {
namespace {

// Lists in lists in lists are named so deep, no deeper.
constexpr int described_levels_max = 3;

std::string describe(const Type& type, int level) {
  if (type.known == Type::Known::number) return "a number";
  if (!type.is_known()) return "any type";
  std::string text(name_of(type.kind));
  if (!type.element || type.element->is_faulty() || level == described_levels_max) return text;
  text += " of ";
  if (type.key) text += describe(*type.key, level + 1) + " to ";
  return text + describe(*type.element, level + 1);
}

}  // namespace

std::string describe(Kinds kinds) {
  std::string text;
  for (unsigned i = 1; i < 15; ++i) {
    if (!(kinds >> i & 1)) continue;
    if (!text.empty()) text += " or ";
    text += name_of(static_cast<Kind>(i));
  }
  return text;
}

std::string describe(const Type& type) {
  return describe(type, 0);
}

Type Type::of(const Property& property) {
  switch (property.type) {
    case PropertyType::bool_: return of(Kind::boolean);
    case PropertyType::int_: return of(Kind::integer);
    case PropertyType::double_: return of(Kind::real);
    case PropertyType::string: return of(Kind::string);
    case PropertyType::money: return of(Kind::money);
    case PropertyType::time: return of(Kind::timestamp);
    case PropertyType::enum_: break;
  }
  Type type = of(Kind::string);
  type.choices = &property;
  return type;
}

Type Type::holding(Kind kind, const Type& element) {
  Type type = of(kind);
  if (element.known != Known::dyn) type.element = std::make_shared<const Type>(element);
  return type;
}

Type Type::map_of(const Type& key, const Type& element) {
  Type type = holding(Kind::map, element);
  if (key.known != Known::dyn) type.key = std::make_shared<const Type>(key);
  return type;
}

Type common(const Type& a, const Type& b) {
  if (a.is_faulty() || b.is_faulty()) return Type::faulty();
  if (!a.is_known() || !b.is_known())
    return a.may_be(~number_kinds) || b.may_be(~number_kinds) ? Type::dyn() : Type::number();
  if (a.kind != b.kind) return Type::dyn();
  Type type = Type::of(a.kind);
  if (a.element && b.element)
    type.element = std::make_shared<const Type>(common(*a.element, *b.element));
  if (a.key && b.key) type.key = std::make_shared<const Type>(common(*a.key, *b.key));
  if (a.choices == b.choices) type.choices = a.choices;
  return type;
}

bool comparable(const Type& a, const Type& b) {
  if (a.is_known() && b.is_known())
    return a.kind == b.kind || (is_number(a.kind) && is_number(b.kind));
  if (a.is_known()) return b.may_be(bit(a.kind));
  return !b.is_known() || a.may_be(bit(b.kind));
}

}  // namespace pharos::cel
