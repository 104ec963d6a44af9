// ingest/mapper.cc: rows to joined rows to events; a row gives all of its events or none.
#include "ingest/mapper.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace pharos::ingest {
namespace {

std::string_view without_feed(const char* begin, const char* feed) {
  std::string_view line(begin, static_cast<std::size_t>(feed - begin));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

Mapper::Mapper(const EventContext& context, const FilePlan& plan)
    : plan_(plan), maker_(context, plan), guess_(plan.shape) {
  row_.fields.resize(plan.slot_count);
}

// What a row has added, so that it can be taken back.
struct Mapper::Mark {
  explicit Mark(const Mapped& mapped)
      : records(mapped.made.records.size()),
        group_index(mapped.group_index.size()),
        group_rows(mapped.group_rows.size()),
        events(mapped.made.events),
        links(mapped.made.links),
        first_at(mapped.made.first_at),
        last_at(mapped.made.last_at) {}
  void take_back(Mapped& mapped) const {
    mapped.made.records.resize(records);
    mapped.group_index.resize(group_index);
    mapped.group_rows.resize(group_rows);
    mapped.made.events = events;
    mapped.made.links = links;
    mapped.made.first_at = first_at;
    mapped.made.last_at = last_at;
  }
  std::size_t records, group_index, group_rows;
  std::uint64_t events, links;
  Instant first_at, last_at;
};

void Mapper::map(std::string_view bytes, Mapped& mapped) {
  if (plan_.format == Format::csv)
    map_csv(bytes, mapped);
  else
    map_json(bytes, mapped);
}

void Mapper::refuse(std::uint64_t line, std::string_view raw, Fault fault, Mapped& mapped) {
  mapped.rejects.push_back({line, std::move(fault), readable(cut_text(raw, reject_row_bytes_max))});
}

bool Mapper::take_fault() {
  fault_ = maker_.fault();
  return false;
}

void Mapper::map_csv(std::string_view bytes, Mapped& mapped) {
  const bool clean = is_utf8_fast(bytes) && !std::memchr(bytes.data(), '\0', bytes.size());
  CsvReader reader(bytes, plan_.delimiter);
  while (reader.next()) {
    ++mapped.rows;
    const std::vector<std::string_view>& fields = reader.fields();
    if (reader.fault()) {
      refuse(reader.line(), reader.record(), *reader.fault(), mapped);
    } else if (!clean && !is_utf8(reader.record())) {
      refuse(reader.line(), reader.record(), {RejectCode::invalid_utf8, "the row is not UTF-8"},
             mapped);
    } else if (!clean && reader.record().find('\0') != std::string_view::npos) {
      refuse(reader.line(), reader.record(),
             {RejectCode::bad_csv, "the row holds the character NUL"}, mapped);
    } else if (fields.size() != plan_.header.size()) {
      refuse(
          reader.line(), reader.record(),
          {RejectCode::wrong_column_count, fmt::format("the row has {} field(s); the header has {}",
                                                       fields.size(), plan_.header.size())},
          mapped);
    } else {
      for (std::size_t i = 0; i < fields.size(); ++i) row_.fields[i] = Field::of(fields[i]);
      map_row(reader.line(), reader.record(), mapped);
    }
  }
  mapped.lines += reader.lines_read();
}

void Mapper::map_json(std::string_view bytes, Mapped& mapped) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  const bool whole = bytes.ends_with('\n');
  for (std::uint64_t line = 0; at < end; ++line, ++mapped.lines) {
    if (const char* const guessed = whole ? guess_.read(at, row_) : nullptr) {
      ++mapped.rows;
      map_row(line, without_feed(at, guessed), mapped);
      at = guessed + 1;
      continue;
    }
    const char* feed =
        static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    if (!feed) feed = end;
    const std::string_view text = without_feed(at, feed);
    at = feed + 1;
    if (text.empty() || trimmed(text).empty()) continue;
    ++mapped.rows;
    if (auto fault = json_.read(text, plan_.shape, row_))
      refuse(line, text, std::move(*fault), mapped);
    else
      map_row(line, text, mapped);
  }
}

void Mapper::map_row(std::uint64_t line, std::string_view raw, Mapped& mapped) {
  const Mark mark(mapped);
  maker_.begin_row();
  bool taken = true;
  if (plan_.native) {
    taken = maker_.make_native(row_, mapped.made) || take_fault();
  } else {
    for (std::uint32_t i = 0; i < plan_.rows.size() && taken; ++i)
      taken = map_rows(i, line, mapped);
  }
  if (taken) return;
  mark.take_back(mapped);
  refuse(line, raw, std::move(fault_), mapped);
}

bool Mapper::map_rows(std::uint32_t index, std::uint64_t line, Mapped& mapped) {
  if (plan_.rows[index].joins.empty()) return map_joined(index, line, mapped);
  return join(index, 0, line, mapped);
}

// Sets the columns of the joins from `depth` on, in every combination, and maps each.
bool Mapper::join(std::uint32_t index, std::size_t depth, std::uint64_t line, Mapped& mapped) {
  const RowsPlan& rows = plan_.rows[index];
  if (depth == rows.joins.size()) return map_joined(index, line, mapped);
  const JoinPlan& plan = rows.joins[depth];
  key_.clear();
  bool has_key = true;
  for (const std::uint32_t slot : plan.key_slots) {
    append_key_part(key_, row_.fields[slot].given_text());
    has_key = has_key && !row_.fields[slot].is_empty();
  }
  std::uint32_t match = has_key ? plan.table->find(key_) : JoinTable::no_row;
  if (match == JoinTable::no_row) {
    if (plan.map->missing == MissingRow::skip) return true;
    if (plan.map->missing == MissingRow::reject) {
      fault_ = {RejectCode::missing_row,
                fmt::format("{} has no row with {} {}", plan.map->file, plan.map->on[0].second.text,
                            shown(row_.fields[plan.key_slots[0]].given_text()))};
      return false;
    }
    for (const auto& [column, slot] : plan.columns) row_.fields[slot] = {};
    return join(index, depth + 1, line, mapped);
  }
  do {
    for (const auto& [column, slot] : plan.columns)
      row_.fields[slot] = Field::of(plan.table->cell(match, column));
    if (!join(index, depth + 1, line, mapped)) return false;
    match = plan.table->next(match);
  } while (match != JoinTable::no_row);
  return true;
}

bool Mapper::map_joined(std::uint32_t index, std::uint64_t line, Mapped& mapped) {
  const RowsPlan& rows = plan_.rows[index];
  for (const auto& [source, slot] : rows.computed)
    if (!maker_.read(source, row_.fields, row_.fields[slot])) return take_fault();
  if (rows.condition) {
    bool holds = false;
    if (!maker_.holds(*rows.condition, row_.fields, holds)) return take_fault();
    if (!holds) return true;
  }
  if (rows.group.empty()) {
    for (const EventPlan& event : rows.events)
      if (!maker_.make(event, row_, mapped.made)) return take_fault();
    return true;
  }
  if (!check_sums(rows)) return false;
  mapped.group_index.push_back({index, line});
  pack_group_row(rows, row_.fields, mapped.group_rows);
  return true;
}

bool Mapper::check_sums(const RowsPlan& rows) {
  for (const AggregatePlan& aggregate : rows.aggregates) {
    if (aggregate.kind != ValueKind::sum) continue;
    const std::string_view text = row_.fields[aggregate.input].given_text();
    if (text.empty() || parse_decimal(text)) continue;
    fault_ = {RejectCode::bad_number,
              fmt::format("{}: {} is not a decimal number", aggregate.name, shown(text))};
    return false;
  }
  return true;
}

bool Mapper::map_group(const GroupTable& table, std::size_t group, const RowsPlan& rows,
                       Made& made) {
  const Made before{"", made.events, made.links, made.first_at, made.last_at};
  const std::size_t size = made.records.size();
  texts_.clear();
  maker_.begin_row();
  std::ranges::fill(row_.fields, Field());
  row_.others.clear();
  table.fill(group, row_.fields, texts_);
  for (const EventPlan& event : rows.events) {
    if (maker_.make(event, row_, made)) continue;
    take_fault();
    made.records.resize(size);
    made.events = before.events;
    made.links = before.links;
    made.first_at = before.first_at;
    made.last_at = before.last_at;
    return false;
  }
  return true;
}

}  // namespace pharos::ingest
