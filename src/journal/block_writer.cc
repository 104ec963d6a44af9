// journal/block_writer.cc: from a batch in rows to columns.
#include <bit>

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

Presence presence_of(std::size_t present, std::size_t total) {
  if (present == 0) return Presence::none;
  return present == total ? Presence::all : Presence::mixed;
}

// The events of one type, gathered in one pass: the rows of a batch are larger than near caches.
struct OfType {
  std::vector<std::uint32_t> cells;   // Where those of each event begin.
  std::vector<std::int64_t> members;  // No member: -1.
  std::int64_t number = 0;            // Within the block.

  void clear() {
    cells.clear();
    members.clear();
  }
};

}  // namespace

struct BlockWriter::Scratch {
  ColumnWriter lists;
  std::vector<OfType> of_type;
  std::vector<std::int64_t> types, accounts, times;
  std::vector<std::int64_t> given, extra;  // Indexes of the events that have one.
  std::vector<std::string_view> ids;
  std::string types_head, columns, column;

  std::vector<std::int64_t> integers, states;
  std::vector<double> doubles;
  std::vector<std::string_view> texts;

  void end_column() {
    put_text(columns, column);
    column.clear();
  }
  void put_texts(TextUse use) {
    lists.texts(texts, use, column);
    texts.clear();
  }

  void gather(const EventBatch& batch, std::size_t type_count) {
    of_type.resize(type_count);
    for (OfType& of : of_type) of.clear();
    for (auto* list : {&types, &accounts, &times, &given, &extra}) list->clear();
    ids.clear();
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
      const Event& event = batch.events[i];
      OfType& of = of_type[event.type];
      of.cells.push_back(event.cells);
      of.members.push_back(
          event.member_number == engine::no_member ? -1 : std::int64_t{event.member_number.value});
      types.push_back(event.type);
      accounts.push_back(event.account_number.value);
      times.push_back(event.time.ms);
      ids.push_back(batch.view(event.id));
      if (event.account.size > 0) given.push_back(static_cast<std::int64_t>(i));
      if (event.extra.size > 0) extra.push_back(static_cast<std::int64_t>(i));
    }
  }

  void put_directory(const Directory& directory) {
    for (const engine::TextRef id : directory.accounts) texts.push_back(directory.view(id));
    put_texts(TextUse::id);
    end_column();
    integers.clear();
    for (const engine::AccountNumber account : directory.member_accounts)
      integers.push_back(account.value);
    lists.integers(integers, column);
    for (const engine::TextRef id : directory.members) texts.push_back(directory.view(id));
    put_texts(TextUse::id);
    end_column();
  }

  void put_events(const EventBatch& batch) {
    for (const auto* list : {&types, &accounts, &times}) {
      lists.integers(*list, column);
      end_column();
    }
    lists.texts(ids, TextUse::id, column);
    end_column();
    put_sparse(batch, given, &Event::account);
    put_sparse(batch, extra, &Event::extra);
  }

  // Indexes and texts of the few events that have one.
  void put_sparse(const EventBatch& batch, const std::vector<std::int64_t>& indexes,
                  engine::TextRef Event::*ref) {
    lists.integers(indexes, column);
    for (const std::int64_t i : indexes)
      texts.push_back(batch.view(batch.events[static_cast<std::size_t>(i)].*ref));
    put_texts(TextUse::value);
    end_column();
  }

  // Numbers the types that occur, and puts their columns behind the others and their heads aside.
  void put_types(const EventBatch& batch, const cel::Schema& schema) {
    std::int64_t used = 0;
    types_head.clear();
    std::string heads;
    for (std::size_t type = 0; type < of_type.size(); ++type) {
      if (of_type[type].cells.empty()) continue;
      of_type[type].number = used++;
      put_type(batch, schema.events[type], of_type[type], heads);
    }
    put_varint(types_head, static_cast<std::uint64_t>(used));
    types_head += heads;
  }

  void put_type(const EventBatch& batch, const cel::EventType& type, const OfType& of,
                std::string& heads) {
    put_text(heads, type.name);
    put_varint(heads, of.cells.size());
    put_byte(heads, static_cast<std::uint8_t>(put_members(of)));
    std::string properties;
    std::size_t property_count = 0;
    for (std::size_t i = 0; i < type.properties.size(); ++i) {
      const cel::Property& property = type.properties[i];
      const Presence presence = put_property(batch, property, of, i);
      if (presence == Presence::none) continue;
      ++property_count;
      put_text(properties, property.name);
      put_byte(properties, code_of(property.type));
      put_byte(properties, static_cast<std::uint8_t>(presence));
    }
    put_varint(heads, property_count);
    heads += properties;
  }

  Presence put_members(const OfType& of) {
    integers.resize(of.members.size());
    std::size_t given = 0;
    for (const std::int64_t member : of.members) {
      integers[given] = member;
      given += member >= 0;
    }
    integers.resize(given);
    const Presence presence = presence_of(given, of.members.size());
    if (presence == Presence::none) return presence;
    if (presence == Presence::mixed) {
      states.clear();
      for (const std::int64_t member : of.members) states.push_back(member < 0 ? 1 : 0);
      lists.integers(states, column);
    }
    lists.integers(integers, column);
    end_column();
    return presence;
  }

  Presence put_property(const EventBatch& batch, const cel::Property& property, const OfType& of,
                        std::size_t index) {
    integers.resize(of.cells.size());
    std::size_t given = 0, absent = 0;
    for (const std::uint32_t begin : of.cells) {
      const Cell cell = batch.cells[begin + index];
      integers[given] = cell;
      given += cell > engine::cell_null;
      absent += cell == engine::cell_absent;
    }
    integers.resize(given);
    if (absent == of.cells.size()) return Presence::none;
    const Presence presence = given == of.cells.size() ? Presence::all : Presence::mixed;
    if (presence == Presence::mixed) {
      states.clear();
      for (const std::uint32_t begin : of.cells) {
        const Cell cell = batch.cells[begin + index];
        states.push_back(static_cast<std::int64_t>(cell == engine::cell_absent ? State::absent
                                                   : cell == engine::cell_null ? State::null
                                                                               : State::value));
      }
      lists.integers(states, column);
    }
    put_values(batch, property);
    end_column();
    return presence;
  }

  // The cells in `integers`.
  void put_values(const EventBatch& batch, const cel::Property& property) {
    switch (property.type) {
      case cel::PropertyType::double_:
        doubles.clear();
        for (const Cell cell : integers) doubles.push_back(std::bit_cast<double>(cell));
        lists.doubles(doubles, column);
        break;
      case cel::PropertyType::string:
        for (const Cell cell : integers) texts.push_back(batch.view(engine::text_of(cell)));
        put_texts(TextUse::value);
        break;
      case cel::PropertyType::enum_:
        for (const Cell cell : integers)
          texts.push_back(property.values[static_cast<std::size_t>(cell)]);
        put_texts(TextUse::value);
        break;
      default: lists.integers(integers, column);
    }
  }
};

BlockWriter::BlockWriter(const cel::Schema& schema)
    : schema_(schema), scratch_(std::make_unique<Scratch>()) {}
BlockWriter::~BlockWriter() = default;

void BlockWriter::write(const EventBatch& batch, const Directory& directory, std::string& out,
                        std::span<const std::uint64_t> links) {
  Scratch& scratch = *scratch_;
  ASSERT(batch.events.size() <= block_events_max);
  scratch.lists.set_effort(
      links.empty() && batch.events.size() < block_events_small ? Effort::quick : Effort::full);
  scratch.gather(batch, schema_.events.size());
  std::string tail;
  scratch.columns.clear();
  scratch.put_types(batch, schema_);
  tail.swap(scratch.columns);
  for (std::int64_t& type : scratch.types)
    type = scratch.of_type[static_cast<std::size_t>(type)].number;
  scratch.put_directory(directory);
  scratch.put_events(batch);

  out += block_mark;
  put_byte(out, links.empty() ? block_format : block_format_merged);
  if (!links.empty()) {
    put_varint(out, links.size());
    for (const std::uint64_t link : links) put_word(out, link);
  }
  put_byte(out, static_cast<std::uint8_t>(schema_.currency.digits));
  put_varint(out, batch.seq_first);
  put_byte(out, batch.tick == instant_min ? 0 : 1);
  if (batch.tick != instant_min) put_zigzag(out, batch.tick.ms);
  put_varint(out, batch.events.size());
  put_varint(out, directory.account_first);
  put_varint(out, directory.accounts.size());
  put_varint(out, directory.member_first);
  put_varint(out, directory.members.size());
  put_varint(out, scratch.given.size());
  put_varint(out, scratch.extra.size());
  out += scratch.types_head;
  out += scratch.columns;
  out += tail;
}

std::uint64_t checksum_of(std::string_view bytes) {
  return hash64(bytes);
}

std::uint64_t chain_of(std::uint64_t chain_before, std::uint64_t checksum) {
  const std::uint64_t both[] = {chain_before, checksum};
  return hash64({reinterpret_cast<const char*>(both), sizeof both});
}

}  // namespace pharos::journal
