// cel/type.cc: static types and their names.
#include "cel/type.h"

namespace pharos::cel {

std::string describe(Kinds kinds) {
  std::string text;
  for (unsigned i = 1; i < 15; ++i) {
    if (!(kinds >> i & 1)) continue;
    if (!text.empty()) text += " or ";
    text += name_of(static_cast<Kind>(i));
  }
  return text;
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

Type Type::element_type() const {
  if (!has_element) return is_faulty() ? faulty() : dyn();
  Type type = of(element);
  type.choices = choices;
  return type;
}

std::string describe(const Type& type) {
  return type.is_known() ? std::string(name_of(type.kind)) : "any type";
}

}  // namespace pharos::cel
