// cel/lanes.cc: plain loops that the compiler makes wide; built for each width, chosen at start.
#include "cel/lanes.h"

#include <algorithm>

// Sanitizers and clones do not go together: they are chosen before a sanitizer is ready.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define PHAROS_WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PHAROS_WIDE
#endif

namespace pharos::cel {
namespace {

template <class Number, class Holds>
[[gnu::always_inline]] inline void compare_with(const Number* a, const Number* b, std::size_t size,
                                                Sides sides, Truth* out, Holds holds) {
  auto* const bytes = reinterpret_cast<std::uint8_t*>(out);
  if (sides.right_constant) {
    const Number right = b[0];
    for (std::size_t i = 0; i < size; ++i) bytes[i] = holds(a[i], right);
  } else if (sides.left_constant) {
    const Number left = a[0];
    for (std::size_t i = 0; i < size; ++i) bytes[i] = holds(left, b[i]);
  } else {
    for (std::size_t i = 0; i < size; ++i) bytes[i] = holds(a[i], b[i]);
  }
}

template <class Number>
[[gnu::always_inline]] inline void compare_all(Op op, const Number* a, const Number* b,
                                               std::size_t size, Sides sides, Truth* out) {
  switch (op) {
    case Op::eq: return compare_with(a, b, size, sides, out, [](auto x, auto y) { return x == y; });
    case Op::ne: return compare_with(a, b, size, sides, out, [](auto x, auto y) { return x != y; });
    case Op::lt: return compare_with(a, b, size, sides, out, [](auto x, auto y) { return x < y; });
    case Op::le: return compare_with(a, b, size, sides, out, [](auto x, auto y) { return x <= y; });
    case Op::gt: return compare_with(a, b, size, sides, out, [](auto x, auto y) { return x > y; });
    default: return compare_with(a, b, size, sides, out, [](auto x, auto y) { return x >= y; });
  }
}

}  // namespace

PHAROS_WIDE void compare_lanes(Op op, const std::int64_t* a, const std::int64_t* b,
                               std::size_t size, Sides sides, Truth* out) {
  compare_all(op, a, b, size, sides, out);
}

PHAROS_WIDE void compare_lanes(Op op, const double* a, const double* b, std::size_t size,
                               Sides sides, Truth* out) {
  compare_all(op, a, b, size, sides, out);
}

PHAROS_WIDE void mark_errors(const std::uint8_t* missing, std::size_t size, Truth* out) {
  for (std::size_t i = 0; i < size; ++i) out[i] = missing[i] != 0 ? Truth::error : out[i];
}

PHAROS_WIDE void and_lanes(const Truth* in, std::size_t size, Truth* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const Truth worse = std::max(in[i], out[i]);
    out[i] = in[i] == Truth::no || out[i] == Truth::no ? Truth::no : worse;
  }
}

PHAROS_WIDE void or_lanes(const Truth* in, std::size_t size, Truth* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const Truth worse = std::max(in[i], out[i]);
    out[i] = in[i] == Truth::yes || out[i] == Truth::yes ? Truth::yes : worse;
  }
}

PHAROS_WIDE void not_lanes(const Truth* in, std::size_t size, Truth* out) {
  for (std::size_t i = 0; i < size; ++i) {
    const Truth other = in[i] == Truth::no ? Truth::yes : Truth::no;
    out[i] = in[i] == Truth::error ? Truth::error : other;
  }
}

PHAROS_WIDE bool undecided(const Truth* truths, Truth decided, const std::uint8_t* needed,
                           std::size_t size, std::uint8_t* out) {
  std::uint8_t any = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint8_t open = truths[i] != decided;
    out[i] = needed != nullptr ? static_cast<std::uint8_t>(open & needed[i]) : open;
    any |= out[i];
  }
  return any != 0;
}

PHAROS_WIDE bool has_more(const std::uint8_t* more, const std::uint8_t* rows, std::size_t size) {
  std::uint8_t any = 0;
  for (std::size_t i = 0; i < size; ++i) any |= static_cast<std::uint8_t>(more[i] & ~rows[i]);
  return any != 0;
}

PHAROS_WIDE void add_rows(const std::uint8_t* more, std::size_t size, std::uint8_t* rows) {
  for (std::size_t i = 0; i < size; ++i) rows[i] |= more[i];
}

PHAROS_WIDE bool look_up(const std::uint32_t* codes, std::size_t size, const Truth* by_code,
                         Truth unknown, Truth* out) {
  for (std::size_t i = 0; i < size; ++i) out[i] = by_code[codes[i]];
  bool any = false;
  for (std::size_t i = 0; i < size; ++i) any |= out[i] == unknown;
  return any;
}

PHAROS_WIDE void reals_lanes(Op op, const double* a, const double* b, std::size_t size,
                             double* out) {
  switch (op) {
    case Op::add:
      for (std::size_t i = 0; i < size; ++i) out[i] = a[i] + b[i];
      break;
    case Op::sub:
      for (std::size_t i = 0; i < size; ++i) out[i] = a[i] - b[i];
      break;
    case Op::mul:
      for (std::size_t i = 0; i < size; ++i) out[i] = a[i] * b[i];
      break;
    default:
      for (std::size_t i = 0; i < size; ++i) out[i] = a[i] / b[i];
      break;
  }
}

void whole_lanes(Op op, const std::int64_t* a, const std::int64_t* b, std::size_t size,
                 std::int64_t* out, std::uint8_t* missing) {
  for (std::size_t i = 0; i < size; ++i) {
    bool over = false;
    switch (op) {
      case Op::add: over = __builtin_add_overflow(a[i], b[i], &out[i]); break;
      case Op::sub: over = __builtin_sub_overflow(a[i], b[i], &out[i]); break;
      default: over = __builtin_mul_overflow(a[i], b[i], &out[i]); break;
    }
    missing[i] |= static_cast<std::uint8_t>(over);
  }
}

void join_missing(const std::uint8_t* a, const std::uint8_t* b, std::size_t size,
                  std::uint8_t* out) {
  for (std::size_t i = 0; i < size; ++i)
    out[i] = static_cast<std::uint8_t>((a != nullptr ? a[i] : 0) | (b != nullptr ? b[i] : 0));
}

}  // namespace pharos::cel
