// cel/column.cc: one row of a column as a value.
#include "cel/column.h"

namespace pharos::cel {

Value Column::at(std::size_t row) const {
  if (missing != nullptr && missing[row] != 0) return Value::error(error);
  switch (kind) {
    case Kind::boolean:
      return truths[row] == Truth::error ? Value::error(error)
                                         : Value::boolean(truths[row] == Truth::yes);
    case Kind::integer: return Value::integer(bits[row]);
    case Kind::money: return Value::money({bits[row]});
    case Kind::timestamp: return Value::timestamp(Instant{bits[row]});
    case Kind::duration: return Value::duration_nanos(bits[row]);
    case Kind::real: return Value::real(reals[row]);
    case Kind::string:
      return codes[row] >= texts.size() ? Value::error(error) : Value::string(texts[codes[row]]);
    default: return Value::error(error);
  }
}

}  // namespace pharos::cel
