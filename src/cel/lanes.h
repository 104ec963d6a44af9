// cel/lanes.h: the loops of columns: one operation over arrays, as wide as the machine allows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cel/column.h"
#include "cel/compare.h"

namespace pharos::cel {

// Which operands are one value for all rows.
struct Sides {
  bool left_constant = false;
  bool right_constant = false;
};

void compare_lanes(Op op, const std::int64_t* a, const std::int64_t* b, std::size_t size,
                   Sides sides, Truth* out);
// NaN as in CEL: unequal to everything, in no order with anything.
void compare_lanes(Op op, const double* a, const double* b, std::size_t size, Sides sides,
                   Truth* out);
// What is missing becomes an error.
void mark_errors(const std::uint8_t* missing, std::size_t size, Truth* out);
// `out` op= `in`: no wins over errors in all_of, yes in any_of.
void and_lanes(const Truth* in, std::size_t size, Truth* out);
void or_lanes(const Truth* in, std::size_t size, Truth* out);
void not_lanes(const Truth* in, std::size_t size, Truth* out);
// Rows of `needed` (null: all) whose truth is not `decided`; whether there is any.
bool undecided(const Truth* truths, Truth decided, const std::uint8_t* needed, std::size_t size,
               std::uint8_t* out);
// Whether `more` has a row that `rows` has not; and `rows` with those of `more`.
bool has_more(const std::uint8_t* more, const std::uint8_t* rows, std::size_t size);
void add_rows(const std::uint8_t* more, std::size_t size, std::uint8_t* rows);
// out[i] = by_code[codes[i]]; whether any is `unknown`.
bool look_up(const std::uint32_t* codes, std::size_t size, const Truth* by_code, Truth unknown,
             Truth* out);
void reals_lanes(Op op, const double* a, const double* b, std::size_t size, double* out);
// add, sub, mul; a result outside of 64 bits is missing.
void whole_lanes(Op op, const std::int64_t* a, const std::int64_t* b, std::size_t size,
                 std::int64_t* out, std::uint8_t* missing);
// `out` is 1 where either has nothing; null: all there.
void join_missing(const std::uint8_t* a, const std::uint8_t* b, std::size_t size,
                  std::uint8_t* out);

}  // namespace pharos::cel
