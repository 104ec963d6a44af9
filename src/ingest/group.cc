// ingest/group.cc: packing rows, and folding them.
#include "ingest/group.h"

#include <cstring>

namespace pharos::ingest {
namespace {

// Kind one byte, size four, text.
void pack(const Field& field, std::string& out) {
  const auto size = static_cast<std::uint32_t>(field.text().size());
  out += static_cast<char>(field.kind());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out += field.text();
}

Field unpack(std::string_view& packed) {
  const auto kind = static_cast<FieldKind>(packed[0]);
  std::uint32_t size = 0;
  std::memcpy(&size, packed.data() + 1, sizeof size);
  const Field field(kind, packed.substr(1 + sizeof size, size));
  packed.remove_prefix(1 + sizeof size + size);
  return field;
}

// Numbers as numbers, everything else by its bytes: right for times of one format, too.
bool is_less(std::string_view a, std::string_view b) {
  const auto number_a = parse_decimal(a), number_b = parse_decimal(b);
  if (number_a && number_b)
    if (const auto order = compare(*number_a, *number_b)) return *order < 0;
  return a < b;
}

}  // namespace

void pack_group_row(const RowsPlan& plan, std::span<const Field> fields, std::string& out) {
  for (const std::uint32_t slot : plan.group) pack(fields[slot], out);
  for (const std::uint32_t slot : plan.kept) pack(fields[slot], out);
  for (const AggregatePlan& aggregate : plan.aggregates)
    if (aggregate.kind != ValueKind::count) pack(fields[aggregate.input], out);
}

void GroupTable::take(Aggregate& aggregate, ValueKind kind, std::string_view text) {
  const bool is_first = aggregate.count++ == 0;
  switch (kind) {
    case ValueKind::sum: {
      const auto number = parse_decimal(text);  // Checked by who packed it.
      const auto sum = number ? pharos::ingest::add(aggregate.sum, *number) : std::nullopt;
      if (sum)
        aggregate.sum = *sum;
      else if (!text.empty())
        aggregate.overflowed = true;
      return;
    }
    case ValueKind::first:
      if (is_first) aggregate.text = text;
      return;
    case ValueKind::min:
      if (!text.empty() && (aggregate.text.empty() || is_less(text, aggregate.text)))
        aggregate.text = text;
      return;
    case ValueKind::max:
      if (!text.empty() && (aggregate.text.empty() || is_less(aggregate.text, text)))
        aggregate.text = text;
      return;
    default: return;
  }
}

Result<> GroupTable::add(std::string_view& packed, std::uint64_t line) {
  std::string key;
  for (std::size_t i = 0; i < plan_.group.size(); ++i)
    append_key_part(key, unpack(packed).given_text());
  const std::string_view kept_first = packed;
  for (std::size_t i = 0; i < plan_.kept.size(); ++i) unpack(packed);
  const std::size_t kept_size = kept_first.size() - packed.size();

  const std::size_t key_size = key.size();
  const auto [found, is_new] = by_key_.try_emplace(std::move(key), groups_.size());
  if (is_new) {
    Group group;
    group.kept = kept_first.substr(0, kept_size);
    group.aggregates.resize(plan_.aggregates.size());
    group.line = line;
    groups_.push_back(std::move(group));
    bytes_ +=
        key_size + kept_size + sizeof(Group) + 64 + plan_.aggregates.size() * sizeof(Aggregate);
    if (bytes_ > group_bytes_max)
      return fail(ErrorCode::limit,
                  "groups take more than {} MiB in memory; split the file, or group it before",
                  group_bytes_max >> 20);
  }
  Group& group = groups_[found->second];
  for (std::size_t i = 0; i < plan_.aggregates.size(); ++i) {
    const ValueKind kind = plan_.aggregates[i].kind;
    take(group.aggregates[i], kind,
         kind == ValueKind::count ? std::string_view() : unpack(packed).given_text());
  }
  return {};
}

void GroupTable::fill(std::size_t index, std::span<Field> fields, TextPool& texts) const {
  const Group& group = groups_[index];
  std::string_view packed = group.kept;
  for (const std::uint32_t slot : plan_.kept) fields[slot] = unpack(packed);
  for (std::size_t i = 0; i < plan_.aggregates.size(); ++i) {
    const Aggregate& aggregate = group.aggregates[i];
    std::string& text = texts.add();
    switch (plan_.aggregates[i].kind) {
      case ValueKind::count: text = std::to_string(aggregate.count); break;
      case ValueKind::sum:
        // Too long for any property: whoever reads it refuses it.
        text = aggregate.overflowed ? "the sum has too many digits" : format_decimal(aggregate.sum);
        break;
      default: text = aggregate.text; break;
    }
    fields[plan_.aggregates[i].slot] = Field::of(text);
  }
}

}  // namespace pharos::ingest
