// ingest/cell.h: one field of a row as the value of a declared property.
#pragma once

#include <optional>

#include "base/zone.h"
#include "cel/schema.h"
#include "ingest/record.h"
#include "ingest/row.h"
#include "ingest/time_reader.h"

namespace pharos::ingest {

class CellReader {
 public:
  // `zone`: of time properties that do not name one.
  CellReader(int currency_digits, std::optional<Zone> zone)
      : digits_(currency_digits), times_({.kind = TimeKind::iso, .pattern = {}, .zone = zone}) {}

  // An absent field is cell_absent, JSON null is cell_null. A text cell borrows the field's text.
  // Faults: bad_amount, bad_number, bad_time, unknown_value, wrong_type, too_long.
  std::optional<Fault> read(const cel::Property& property, const Field& field, CellValue& cell) {
    if (field.kind() == FieldKind::absent) {
      cell = {};
      return {};
    }
    return read_given(property, field, cell);
  }

 private:
  std::optional<Fault> read_given(const cel::Property& property, const Field& field,
                                  CellValue& cell);

  int digits_;
  TimeReader times_;
};

}  // namespace pharos::ingest
