// journal/block_writer.cc: from a batch in rows to columns.
#include <algorithm>

#include "base/hash.h"
#include "journal/block.h"
#include "journal/block_layout.h"
#include "journal/bytes.h"
#include "journal/column_writer.h"

namespace pharos::journal {
namespace {

using engine::Cell;
using engine::Event;
using engine::EventBatch;

bool is_value(Cell cell) {
  return cell != engine::cell_absent && cell != engine::cell_null;
}

Presence presence_of(std::size_t present, std::size_t total) {
  if (present == 0) return Presence::none;
  return present == total ? Presence::all : Presence::mixed;
}

}  // namespace

struct BlockWriter::Scratch {
  ColumnWriter columns;
  std::string column;
  std::vector<std::int64_t> integers;
  std::vector<double> doubles;
  std::vector<std::string_view> texts;
  std::vector<std::vector<std::uint32_t>> events_of;  // By type of the schema.

  void end_column(std::string& out) {
    put_text(out, column);
    column.clear();
  }
  void put_integers() {
    columns.integers(integers, column);
    integers.clear();
  }
  void put_texts(TextUse use) {
    columns.texts(texts, use, column);
    texts.clear();
  }

  void put_directory(const Directory& directory, std::string& out) {
    for (const engine::TextRef id : directory.accounts) texts.push_back(directory.view(id));
    put_texts(TextUse::id);
    end_column(out);
    for (const engine::AccountNumber account : directory.member_accounts)
      integers.push_back(account.value);
    put_integers();
    for (const engine::TextRef id : directory.members) texts.push_back(directory.view(id));
    put_texts(TextUse::id);
    end_column(out);
  }

  // Events and texts of the few events that have one.
  void put_sparse(const EventBatch& batch, engine::TextRef Event::*ref, TextUse use,
                  std::string& out) {
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      if ((batch.events[i].*ref).size > 0) integers.push_back(static_cast<std::int64_t>(i));
    }
    put_integers();
    for (const Event& event : batch.events) {
      if ((event.*ref).size > 0) texts.push_back(batch.view(event.*ref));
    }
    put_texts(use);
    end_column(out);
  }

  // For each event: a value 0, absent 1, null 2.
  void put_states(const EventBatch& batch, std::span<const std::uint32_t> events,
                  std::size_t cell) {
    for (const std::uint32_t i : events) {
      const Cell value = batch.cells[batch.events[i].cells + cell];
      integers.push_back(value == engine::cell_absent ? 1 : value == engine::cell_null ? 2 : 0);
    }
    put_integers();
  }

  void put_values(const EventBatch& batch, const cel::Property& property,
                  std::span<const std::uint32_t> events, std::size_t cell) {
    const auto each = [&](auto&& take) {
      for (const std::uint32_t i : events) {
        const Cell value = batch.cells[batch.events[i].cells + cell];
        if (is_value(value)) take(value);
      }
    };
    switch (property.type) {
      case cel::PropertyType::double_:
        doubles.clear();
        each([&](Cell value) { doubles.push_back(std::bit_cast<double>(value)); });
        columns.doubles(doubles, column);
        break;
      case cel::PropertyType::string:
        each([&](Cell value) { texts.push_back(batch.view(engine::text_of(value))); });
        put_texts(TextUse::value);
        break;
      case cel::PropertyType::enum_:
        each(
            [&](Cell value) { texts.push_back(property.values[static_cast<std::size_t>(value)]); });
        put_texts(TextUse::value);
        break;
      default: each([&](Cell value) { integers.push_back(value); }); put_integers();
    }
  }
};

BlockWriter::BlockWriter(const cel::Schema& schema)
    : schema_(schema), scratch_(std::make_unique<Scratch>()) {}
BlockWriter::~BlockWriter() = default;

void BlockWriter::write(const EventBatch& batch, const Directory& directory, std::string& out) {
  Scratch& scratch = *scratch_;
  const std::vector<Event>& events = batch.events;
  ASSERT(events.size() <= block_events_max);
  scratch.events_of.resize(schema_.events.size());
  for (auto& list : scratch.events_of) list.clear();
  std::size_t given_count = 0, extra_count = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    scratch.events_of[events[i].type].push_back(static_cast<std::uint32_t>(i));
    given_count += events[i].account.size > 0;
    extra_count += events[i].extra.size > 0;
  }

  // The head.
  out += block_mark;
  put_byte(out, block_format);
  put_byte(out, static_cast<std::uint8_t>(schema_.currency.digits));
  put_varint(out, batch.seq_first);
  put_byte(out, batch.tick == instant_min ? 0 : 1);
  if (batch.tick != instant_min) put_zigzag(out, batch.tick.ms);
  put_varint(out, events.size());
  put_varint(out, directory.account_first);
  put_varint(out, directory.accounts.size());
  put_varint(out, directory.member_first);
  put_varint(out, directory.members.size());
  put_varint(out, given_count);
  put_varint(out, extra_count);

  // The types that occur, with the properties that occur.
  struct Used {
    std::uint32_t type;
    Presence member;
    std::vector<std::pair<std::size_t, Presence>> properties;
  };
  std::vector<Used> used;
  std::vector<std::int64_t> used_number(schema_.events.size());
  for (std::uint32_t type = 0; type < schema_.events.size(); ++type) {
    const auto& list = scratch.events_of[type];
    if (list.empty()) continue;
    used_number[type] = static_cast<std::int64_t>(used.size());
    Used& row = used.emplace_back();
    row.type = type;
    row.member = presence_of(
        static_cast<std::size_t>(std::ranges::count_if(
            list, [&](auto i) { return events[i].member_number != engine::no_member; })),
        list.size());
    for (std::size_t cell = 0; cell < schema_.events[type].properties.size(); ++cell) {
      std::size_t values = 0, nulls = 0;
      for (const std::uint32_t i : list) {
        const Cell value = batch.cells[events[i].cells + cell];
        values += is_value(value);
        nulls += value == engine::cell_null;
      }
      if (values + nulls == 0) continue;
      row.properties.emplace_back(cell, values == list.size() ? Presence::all : Presence::mixed);
    }
  }
  put_varint(out, used.size());
  for (const Used& row : used) {
    const cel::EventType& type = schema_.events[row.type];
    put_text(out, type.name);
    put_varint(out, scratch.events_of[row.type].size());
    put_byte(out, static_cast<std::uint8_t>(row.member));
    put_varint(out, row.properties.size());
    for (const auto& [cell, presence] : row.properties) {
      put_text(out, type.properties[cell].name);
      put_byte(out, code_of(type.properties[cell].type));
      put_byte(out, static_cast<std::uint8_t>(presence));
    }
  }

  // The columns.
  scratch.put_directory(directory, out);
  for (const Event& event : events) scratch.integers.push_back(used_number[event.type]);
  scratch.put_integers();
  scratch.end_column(out);
  for (const Event& event : events) scratch.integers.push_back(event.account_number.value);
  scratch.put_integers();
  scratch.end_column(out);
  for (const Event& event : events) scratch.integers.push_back(event.time.ms);
  scratch.put_integers();
  scratch.end_column(out);
  for (const Event& event : events) scratch.texts.push_back(batch.view(event.id));
  scratch.put_texts(TextUse::id);
  scratch.end_column(out);
  scratch.put_sparse(batch, &Event::account, TextUse::value, out);
  scratch.put_sparse(batch, &Event::extra, TextUse::value, out);
  for (const Used& row : used) {
    const auto& list = scratch.events_of[row.type];
    if (row.member == Presence::mixed) {
      for (const std::uint32_t i : list)
        scratch.integers.push_back(events[i].member_number == engine::no_member ? 1 : 0);
      scratch.put_integers();
    }
    if (row.member != Presence::none) {
      for (const std::uint32_t i : list) {
        if (events[i].member_number != engine::no_member)
          scratch.integers.push_back(events[i].member_number.value);
      }
      scratch.put_integers();
      scratch.end_column(out);
    }
    for (const auto& [cell, presence] : row.properties) {
      if (presence == Presence::mixed) scratch.put_states(batch, list, cell);
      scratch.put_values(batch, schema_.events[row.type].properties[cell], list, cell);
      scratch.end_column(out);
    }
  }
}

std::uint64_t checksum_of(std::string_view bytes) {
  return hash64(bytes);
}

std::uint64_t chain_of(std::uint64_t chain_before, std::uint64_t checksum) {
  const std::uint64_t both[] = {chain_before, checksum};
  return hash64({reinterpret_cast<const char*>(both), sizeof both});
}

}  // namespace pharos::journal
