// ingest/record.cc: records are a header (key 8 bytes, size 4, type, id, account and member sizes 2
// each, native byte order: they never leave the process), the texts, the cells, and extra.
// A cell is a little group of seven bits: 0 absent, 1 null, else the value (zigzag) plus 2; of a
// text, 2 and twice its number among the shared ones, or 3 and twice its size, and the text itself.
#include "ingest/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>

namespace pharos::ingest {
namespace {

constexpr std::size_t made_id_bytes = sizeof(Hash128);

template <class T>
T load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}
template <class T>
char* store(char* at, T value) {
  std::memcpy(at, &value, sizeof value);
  return at + sizeof value;
}

// Short texts without a call.
char* store_text(char* at, std::string_view text) {
  const char* const from = text.data();
  const std::size_t size = text.size();
  if (size > 16) {
    std::memcpy(at, from, size);
  } else if (size >= 8) {
    const auto first = load<std::uint64_t>(from), last = load<std::uint64_t>(from + size - 8);
    store(at, first);
    store(at + size - 8, last);
  } else if (size >= 4) {
    const auto first = load<std::uint32_t>(from), last = load<std::uint32_t>(from + size - 4);
    store(at, first);
    store(at + size - 4, last);
  } else {
    for (std::size_t i = 0; i < size; ++i) at[i] = from[i];
  }
  return at + size;
}

constexpr std::size_t varint_bytes_max = 10;
char* store_varint(char* at, std::uint64_t value) {
  while (value >= 0x80) {
    *at++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *at++ = static_cast<char>(value);
  return at;
}
std::uint64_t load_varint(const char*& at) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}

std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}
// The one number that would overflow, 2^63 - 1, is no value of any type: as a double it is NaN.
constexpr std::uint64_t code_absent = 0, code_null = 1, code_shared = 2, code_own = 3;
std::uint64_t encode_cell(engine::Cell cell) {
  if (cell == engine::cell_absent) return code_absent;
  if (cell == engine::cell_null) return code_null;
  return zigzag(cell) + 2;
}
engine::Cell decode_cell(std::uint64_t code) {
  if (code == code_absent) return engine::cell_absent;
  if (code == code_null) return engine::cell_null;
  return unzigzag(code - 2);
}

}  // namespace

std::uint64_t record_key(const char* record) {
  return load<std::uint64_t>(record);
}
std::uint32_t record_bytes(const char* record) {
  return load<std::uint32_t>(record + 8);
}

RecordFormat::RecordFormat(const playbook::Playbook& playbook)
    : texts_(std::make_unique<SharedTexts>()) {
  for (const cel::EventType& event : playbook.schema.events) {
    Type& type = types_.emplace_back();
    type.name = event.name;
    for (const cel::Property& property : event.properties) {
      type.property_seeds.push_back(hash64(property.name));
      type.is_text.push_back(property.type == cel::PropertyType::string);
    }
  }
}

// By names, not by their order in the playbook: declaring one more property changes no id.
Hash128 RecordFormat::contents_hash(const EventDraft& event) const {
  const Type& type = types_[event.type];
  std::string fixed = type.name;
  for (const std::string_view part : {event.account, event.member, event.extra}) {
    fixed += '\0';
    fixed += part;
  }
  const Instant time = time_of(event.key);
  fixed.append(reinterpret_cast<const char*>(&time.ms), sizeof time.ms);
  Hash128 sum = hash128(fixed);
  std::string buffer;
  for (std::size_t i = 0; i < event.cells.size(); ++i) {
    const CellValue& value = event.cells[i];
    if (value.cell == engine::cell_absent) continue;
    buffer.assign(reinterpret_cast<const char*>(&type.property_seeds[i]), 8);
    buffer.append(reinterpret_cast<const char*>(&value.cell), sizeof value.cell);
    buffer += value.text;
    const Hash128 one = hash128(buffer);
    sum.low += one.low;
    sum.high += one.high;
  }
  return sum;
}

SharedTexts::Text SharedTexts::add(std::string_view text) {
  if (text.size() > bytes_max) return {};
  const std::lock_guard lock(mutex_);
  if (const auto found = numbers_.find(text); found != numbers_.end())
    return {found->second, found->first};
  if (texts_.size() == texts_max) return {};
  const std::string_view own = texts_.emplace_back(text);
  const auto number = static_cast<std::uint32_t>(numbers_.size());
  numbers_.emplace(own, number);
  return {number, own};
}

std::uint32_t RecordWriter::number_of(std::string_view text) {
  if (text.size() > SharedTexts::bytes_max) return SharedTexts::none;
  SharedTexts::Text& known = known_[quick_hash(text) >> (64 - known_log)];
  if (quick_equal(known.text, text) && known.number != SharedTexts::none) return known.number;
  if (asked_ == asked_max) return SharedTexts::none;
  ++asked_;
  const SharedTexts::Text asked = format_.texts().add(text);
  if (asked.number != SharedTexts::none) known = asked;
  return asked.number;
}

void RecordWriter::append(std::string& out, const EventDraft& event) {
  const RecordFormat::Type& type = format_.types_[event.type];
  std::size_t bytes_max = record_header_bytes + event.id.size() + event.account.size() +
                          event.member.size() + event.extra.size() + made_id_bytes +
                          event.cells.size() * varint_bytes_max;
  for (const CellValue& value : event.cells) bytes_max += value.text.size();
  const std::size_t first = out.size();
  if (out.capacity() - first < bytes_max)
    out.reserve(std::max(2 * out.capacity(), first + bytes_max));
  out.resize_and_overwrite(first + bytes_max, [&](char* data, std::size_t) {
    char* const record = data + first;
    char* at = store(record, event.key) + sizeof(std::uint32_t);
    at = store(at, static_cast<std::uint16_t>(event.type));
    at = store(at, static_cast<std::uint16_t>(event.id.size()));
    at = store(at, static_cast<std::uint16_t>(event.account.size()));
    at = store(at, static_cast<std::uint16_t>(event.member.size()));
    const auto put = [&at](std::string_view text) { at = store_text(at, text); };
    if (event.id.empty())
      at = store(at, format_.contents_hash(event));
    else
      put(event.id);
    put(event.account);
    put(event.member);
    for (std::size_t i = 0; i < event.cells.size(); ++i) {
      const CellValue& value = event.cells[i];
      if (value.cell < 0 || type.is_text[i] == 0) {
        at = store_varint(at, encode_cell(value.cell));
      } else if (const std::uint32_t number = number_of(value.text); number != SharedTexts::none) {
        at = store_varint(at, std::uint64_t{number} * 2 + code_shared);
      } else {
        at = store_varint(at, value.text.size() * 2 + code_own);
        put(value.text);
      }
    }
    put(event.extra);
    store(record + sizeof event.key, static_cast<std::uint32_t>(at - record));
    return static_cast<std::size_t>(at - data);
  });
}

engine::Cell RecordReader::shared(std::uint32_t number, engine::EventBatch& batch) {
  if (number >= placed_.size()) placed_.resize(format_.texts().size());
  Placed& placed = placed_[number];
  if (placed.batch != batch_)
    placed = {batch_, engine::text_cell(batch.add_text(format_.texts().view(number)))};
  return placed.cell;
}

void RecordReader::read(const char* record, engine::EventBatch& batch) {
  const char* const end = record + record_bytes(record);
  const auto type_index = load<std::uint16_t>(record + 12);
  const std::uint32_t id_size = load<std::uint16_t>(record + 14);
  const std::uint32_t account_size = load<std::uint16_t>(record + 16);
  const std::uint32_t member_size = load<std::uint16_t>(record + 18);
  const char* at = record + record_header_bytes;

  engine::Event event;
  event.time = time_of(record_key(record));
  event.type = type_index;
  event.cells = static_cast<std::uint32_t>(batch.cells.size());
  const auto take = [&](std::size_t size) {
    const engine::TextRef ref = size == 0 ? engine::TextRef{} : batch.add_text({at, size});
    at += size;
    return ref;
  };
  auto offset = static_cast<std::uint32_t>(batch.text.size());
  if (id_size > 0) {
    event.id = {offset, id_size};
    offset += id_size;
    take(id_size + account_size + member_size);
  } else {
    ids_.append_id(batch.text, event.time, load<Hash128>(at));
    event.id = {offset, static_cast<std::uint32_t>(batch.text.size()) - offset};
    offset += event.id.size;
    at += made_id_bytes;
    take(account_size + member_size);
  }
  event.account = {offset, account_size};
  if (member_size > 0) event.member = {offset + account_size, member_size};
  for (const std::uint8_t is_text : format_.types_[type_index].is_text) {
    const std::uint64_t code = load_varint(at);
    if (is_text == 0 || code <= code_null)
      batch.cells.push_back(decode_cell(code));
    else if (code % 2 == code_shared % 2)
      batch.cells.push_back(shared(static_cast<std::uint32_t>(code / 2 - 1), batch));
    else
      batch.cells.push_back(engine::text_cell(take(static_cast<std::size_t>(code / 2 - 1))));
  }
  event.extra = take(static_cast<std::size_t>(end - at));
  batch.events.push_back(event);
}

void MadeIds::append_id(std::string& out, Instant time, const Hash128& contents) {
  if (time != time_) counts_.clear();
  time_ = time;
  const std::uint32_t number = ++counts_[contents];
  fmt::format_to(std::back_inserter(out), "~{:016x}{:016x}", contents.high, contents.low);
  if (number > 1) fmt::format_to(std::back_inserter(out), ".{}", number);
}

}  // namespace pharos::ingest
