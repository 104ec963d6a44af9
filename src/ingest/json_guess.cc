// ingest/json_guess.cc: comparing, word by word, with what stood there last time.
#include "ingest/json_guess.h"

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace pharos::ingest {
namespace {

constexpr std::size_t keys_max = 64;  // Of one object; also the bits of a word.
constexpr std::size_t key_bytes_max = row_padding - 8;
constexpr int missed_max = 64;  // After so many lines in vain, one in as many is tried.

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
const char* behind_blanks(const char* at) {
  while (*at == ' ') ++at;
  return at;
}

std::uint64_t word_at(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The first byte that ends a plain string: a quote, an escape or a control character; bytes above
// 0x7F only set `wide`.
inline const char* string_end(const char* at, bool& wide) {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"'), escape = _mm_set1_epi8('\\'),
                space = _mm_set1_epi8(' ');
  for (;; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // Signed, so what is above 0x7F is below a space too.
    const auto low = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmplt_epi8(bytes, space)));
    const auto high = static_cast<unsigned>(_mm_movemask_epi8(bytes));
    const auto marks = static_cast<unsigned>(_mm_movemask_epi8(
        _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, escape))));
    const unsigned ends = marks | (low & ~high);
    if (ends == 0) {
      wide = wide || high != 0;
      continue;
    }
    const int index = std::countr_zero(ends);
    wide = wide || (high & ((1U << index) - 1)) != 0;
    return at + index;
  }
#else
  for (;; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    if (c == '"' || c == '\\' || c < ' ') return at;
    wide = wide || c >= 0x80;
  }
#endif
}

// Behind a JSON number, or null.
const char* number_end(const char* at, bool& whole) {
  at += *at == '-' ? 1 : 0;
  const char* const first = at;
  while (is_digit(*at)) ++at;
  if (at == first || (*first == '0' && at > first + 1)) return nullptr;
  whole = *at != '.';
  if (!whole) {
    const char* const fraction = ++at;
    while (is_digit(*at)) ++at;
    if (at == fraction) return nullptr;
  }
  // Exponents are rare enough.
  return *at == 'e' || *at == 'E' ? nullptr : at;
}

const char* word_end(const char* at, std::string_view word) {
  return std::memcmp(at, word.data(), word.size()) == 0 ? at + word.size() : nullptr;
}

}  // namespace

JsonGuess::JsonGuess(const JsonShape& shape) : shape_(shape), objects_(shape.objects.size()) {
  for (Object& object : objects_) object.keys.emplace_back();
}

const char* JsonGuess::read(const char* begin, Row& row) {
  if (missed_ >= missed_max && ++skipped_ % missed_max != 0) return nullptr;
  std::fill_n(row.fields.begin(), shape_.slot_count, Field());
  row.others.clear();
  const bool fits = *begin == '{' && objects_.size() < std::size_t{json_depth_max};
  const char* at = fits ? read_object(begin + 1, 0, row) : nullptr;
  if (at != nullptr) {
    at = behind_blanks(at);
    at += *at == '\r' ? 1 : 0;
    if (*at != '\n' || static_cast<std::size_t>(at - begin) > row_bytes_max) at = nullptr;
  }
  missed_ = at == nullptr ? missed_ + 1 : 0;
  return at;
}

// `head`: the first eight bytes at `at`.
inline bool JsonGuess::stands(const Key& key, const char* at, std::uint64_t head) {
  const std::size_t size = key.text.size();
  if ((head & key.mask) != key.head) return false;
  if (size <= 8) return true;
  if (word_at(at + size - 8) != key.tail) return false;
  return size <= 16 || std::memcmp(at + 8, key.text.data() + 8, size - 16) == 0;
}

// The key that stands there, by its place in the object's list; 0: none that is plain.
inline std::size_t JsonGuess::next_key(const char* at, std::size_t object, std::size_t before) {
  const std::vector<Key>& keys = objects_[object].keys;
  const std::uint64_t head = word_at(at);
  for (const std::uint8_t index : keys[before].followers) {
    if (index == 0) break;
    if (stands(keys[index], at, head)) return index;
  }
  return find_key(at, object, before);
}

inline bool JsonGuess::read_text(const char*& at, Field& field) {
  bool wide = false;
  const char* const end = string_end(at + 1, wide);
  const std::string_view text(at + 1, static_cast<std::size_t>(end - at - 1));
  if (*end != '"' || (wide && !is_utf8_fast(text))) return false;
  field = {FieldKind::text, text};
  at = end + 1;
  return true;
}

// `at`: behind the brace. Answers with what stands behind the closing one.
const char* JsonGuess::read_object(const char* at, std::size_t index, Row& row) {
  Object& object = objects_[index];
  std::uint64_t seen = 0;
  for (std::size_t key = 0;;) {
    at = behind_blanks(at);
    const std::size_t next = next_key(at, index, key);
    if (next == 0 || (seen >> next & 1) != 0) return nullptr;
    seen |= std::uint64_t{1} << next;
    key = next;
    const Key& found = object.keys[key];
    const std::string_view name(at + 1, found.text.size() - 2);
    at = behind_blanks(at + found.text.size());
    if (*at != ':') return nullptr;
    Field field;
    at = behind_blanks(at + 1);
    if (*at == '"') {
      if (!read_text(at, field)) return nullptr;
    } else {
      at = read_value(at, found, row, field);
      if (at == nullptr) return nullptr;
    }
    if (found.slot >= 0) {
      Field& slot = row.fields[static_cast<std::size_t>(found.slot)];
      if (slot.kind() != FieldKind::absent) return nullptr;
      slot = field;
    } else if (found.is_collected) {
      row.others.push_back({name, field});
    }
    at = behind_blanks(at);
    if (*at == '}') return at + 1;
    if (*at != ',') return nullptr;
    ++at;
  }
}

// All but texts.
const char* JsonGuess::read_value(const char* at, const Key& key, Row& row, Field& field) {
  const char* const begin = at;
  FieldKind kind = FieldKind::number;
  bool whole = false;
  switch (*at) {
    case 't':
      kind = FieldKind::boolean;
      at = word_end(at, "true");
      break;
    case 'f':
      kind = FieldKind::boolean;
      at = word_end(at, "false");
      break;
    case 'n':
      kind = FieldKind::null;
      at = word_end(at, "null");
      break;
    case '{':
      if (key.object < 0) return nullptr;
      kind = FieldKind::json;
      at = read_object(at + 1, static_cast<std::size_t>(key.object), row);
      break;
    default: at = number_end(at, whole);
  }
  if (at == nullptr) return nullptr;
  field = {kind, {begin, static_cast<std::size_t>(at - begin)}, whole};
  return at;
}

// A key that did not follow this one lately: the place of it, or 0 if it is not plain.
std::size_t JsonGuess::find_key(const char* at, std::size_t object, std::size_t before) {
  std::vector<Key>& keys = objects_[object].keys;
  const std::uint64_t head = word_at(at);
  std::size_t found = 0;
  for (std::size_t index = 1; index < keys.size() && found == 0; ++index)
    if (stands(keys[index], at, head)) found = index;
  if (found == 0) found = learn(at, object);
  if (found == 0) return 0;
  Followers& latest = keys[before].followers;
  std::move_backward(latest.begin(), latest.end() - 1, latest.end());
  latest[0] = static_cast<std::uint8_t>(found);
  return found;
}

// Takes in a key that was not met before, unless the exact reader has to look at it.
std::size_t JsonGuess::learn(const char* at, std::size_t object) {
  std::vector<Key>& keys = objects_[object].keys;
  if (*at != '"' || keys.size() == keys_max) return 0;
  bool wide = false;
  const char* const close = string_end(at + 1, wide);
  const auto bytes = static_cast<std::size_t>(close - at) + 1;
  if (*close != '"' || wide || bytes > key_bytes_max) return 0;
  Key key;
  key.text = std::string(at, bytes);
  key.mask = bytes >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * bytes) - 1;
  key.head = word_at(at) & key.mask;
  if (bytes > 8) key.tail = word_at(at + bytes - 8);
  const JsonShape::Object& wanted = shape_.objects[object];
  const std::string_view name(at + 1, bytes - 2);
  const auto known = std::ranges::find(wanted.keys, name, &JsonShape::Key::name);
  if (known != wanted.keys.end()) {
    key.slot = known->slot;
    key.object = known->object;
  } else if (wanted.others == OtherKeys::refuse) {
    return 0;
  } else {
    key.is_collected = wanted.others == OtherKeys::collect;
  }
  keys.push_back(std::move(key));
  return keys.size() - 1;
}

}  // namespace pharos::ingest
