// cel/value.h: one CEL value, 16 bytes, trivially copyable. Numbers, times and borrowed text are
// held in place; lists, maps and built text live in the Arena of their evaluation.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/instant.h"
#include "base/money.h"

namespace pharos::cel {

enum class Kind : std::uint8_t {
  error,
  null,
  boolean,
  integer,
  uinteger,
  real,
  string,
  bytes,
  timestamp,
  duration,
  money,
  list,
  map,
  type,
  optional,
};

class Value {
 public:
  Value() : Value(Kind::null, 0, 0) {}
  static Value null() { return {}; }
  static Value boolean(bool v) { return {Kind::boolean, 0, v ? 1 : 0}; }
  static Value integer(std::int64_t v) { return {Kind::integer, 0, v}; }
  static Value uinteger(std::uint64_t v) {
    return {Kind::uinteger, 0, static_cast<std::int64_t>(v)};
  }
  static Value real(double v) { return {Kind::real, 0, __builtin_bit_cast(std::int64_t, v)}; }
  static Value money(Money v) { return {Kind::money, 0, v.minor}; }
  // CEL keeps nanoseconds: seconds in `bits_`, nanoseconds 0..999,999,999 in `extra_`.
  static Value timestamp(Instant t) {
    const std::int64_t seconds = t.ms / 1'000 - (t.ms % 1'000 < 0 ? 1 : 0);
    return {Kind::timestamp, static_cast<std::uint32_t>(t.ms - seconds * 1'000) * 1'000'000,
            seconds};
  }
  static Value timestamp(std::int64_t seconds, std::uint32_t nanos) {
    return {Kind::timestamp, nanos, seconds};
  }
  static Value duration(Duration d) { return {Kind::duration, 0, d.ms * 1'000'000}; }
  static Value duration_nanos(std::int64_t nanos) { return {Kind::duration, 0, nanos}; }
  // Borrowed: the characters must outlive the evaluation and whoever reads its result.
  static Value string(std::string_view v) { return text(Kind::string, v); }
  static Value bytes(std::string_view v) { return text(Kind::bytes, v); }
  // `message` borrowed as well; a literal is best.
  static Value error(std::string_view message) { return text(Kind::error, message); }
  // For the files of cel that know the boxed forms.
  static Value boxed(Kind kind, const void* box) {
    return {kind, 0, static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(box))};
  }

  Kind kind() const { return kind_; }
  bool is_error() const { return kind_ == Kind::error; }
  bool is_true() const { return kind_ == Kind::boolean && bits_ != 0; }

  bool as_boolean() const { return bits_ != 0; }
  std::int64_t as_integer() const { return bits_; }
  std::uint64_t as_uinteger() const { return static_cast<std::uint64_t>(bits_); }
  double as_real() const { return __builtin_bit_cast(double, bits_); }
  Money as_money() const { return {bits_}; }
  std::int64_t seconds() const { return bits_; }            // timestamp
  std::uint32_t nanos() const { return extra_; }            // timestamp
  std::int64_t as_duration_nanos() const { return bits_; }  // duration
  Instant as_instant() const { return {bits_ * 1'000 + extra_ / 1'000'000}; }
  Duration as_duration() const { return {bits_ / 1'000'000}; }
  std::string_view as_string() const {  // string, bytes, error
    return {reinterpret_cast<const char*>(static_cast<std::intptr_t>(bits_)), extra_};
  }
  const void* box() const {
    return reinterpret_cast<const void*>(static_cast<std::intptr_t>(bits_));
  }

 private:
  Value(Kind kind, std::uint32_t extra, std::int64_t bits)
      : kind_(kind), extra_(extra), bits_(bits) {}
  static Value text(Kind kind, std::string_view v) {
    return {kind, static_cast<std::uint32_t>(v.size()),
            static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(v.data()))};
  }
  Kind kind_;
  std::uint32_t extra_;
  std::int64_t bits_;
};

}  // namespace pharos::cel
