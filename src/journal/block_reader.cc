// journal/block_reader.cc: from columns back to a batch in rows, under the names of today's schema.
#include <algorithm>
#include <span>

#include "base/money.h"
#include "journal/block.h"
#include "journal/block_layout.h"
#include "journal/bytes.h"
#include "journal/column_reader.h"
#include "journal/contents.h"
#include "journal/json_text.h"

namespace pharos::journal {
namespace {

using cel::PropertyType;
using engine::Cell;
using engine::Event;
using engine::TextRef;

struct PropertyHead {
  std::string_view name;
  PropertyType type = PropertyType::string;
  Presence presence = Presence::none;
};

struct TypeHead {
  std::string_view name;
  std::size_t event_count = 0;
  Presence member = Presence::none;
  std::vector<PropertyHead> properties;
  std::uint32_t type = type_undeclared;  // Of the schema.
  std::vector<std::uint32_t> events;
};

struct Head {
  std::uint64_t seq_first = 0;
  Instant tick = instant_min;
  std::size_t event_count = 0;
  std::uint32_t account_first = 0, account_count = 0;
  std::uint32_t member_first = 0, member_count = 0;
  std::size_t given_count = 0, extra_count = 0;
  std::vector<TypeHead> types;
};

// A count that is at most `most`.
std::size_t count_of(ByteReader& in, std::uint64_t most) {
  const std::uint64_t count = in.varint();
  if (count > most) in.fail();
  return in.failed() ? 0 : count;
}

Presence presence_of(ByteReader& in) {
  const std::uint8_t code = in.byte();
  if (code > static_cast<std::uint8_t>(Presence::mixed)) in.fail();
  return static_cast<Presence>(code);
}

constexpr std::uint32_t number_max = 0xFFFF'FFFE;  // The last one stands for none.

void read_types(ByteReader& in, Head& head) {
  const std::size_t type_count = count_of(in, head.event_count);
  std::size_t sum = 0;
  for (std::size_t i = 0; i < type_count && !in.failed(); ++i) {
    TypeHead& type = head.types.emplace_back();
    type.name = in.text();
    type.event_count = count_of(in, head.event_count);
    type.member = presence_of(in);
    sum += type.event_count;
    const std::size_t property_count = count_of(in, in.remaining());
    for (std::size_t j = 0; j < property_count && !in.failed(); ++j) {
      PropertyHead& property = type.properties.emplace_back();
      property.name = in.text();
      const std::uint8_t code = in.byte();
      if (code > property_code_max) in.fail();
      property.type = static_cast<PropertyType>(code);
      property.presence = presence_of(in);
      if (property.presence == Presence::none) in.fail();
    }
  }
  if (sum != head.event_count) in.fail();
}

Result<Head> read_head(ByteReader& in, std::uint64_t number, const cel::Schema& schema) {
  Head head;
  TRY(read_links(in, number));
  const int digits = in.byte();
  head.seq_first = in.varint();
  const std::uint8_t has_tick = in.byte();
  if (has_tick > 1) in.fail();
  if (has_tick == 1) head.tick = {in.zigzag()};
  head.event_count = count_of(in, block_events_max);
  head.account_first = static_cast<std::uint32_t>(count_of(in, number_max));
  head.account_count = static_cast<std::uint32_t>(count_of(in, block_events_max * 2));
  head.member_first = static_cast<std::uint32_t>(count_of(in, number_max));
  head.member_count = static_cast<std::uint32_t>(count_of(in, block_events_max));
  head.given_count = count_of(in, head.event_count);
  head.extra_count = count_of(in, head.event_count);
  read_types(in, head);
  if (head.account_first > number_max - head.account_count ||
      head.member_first > number_max - head.member_count || head.tick > instant_max ||
      head.tick < instant_min)
    in.fail();
  if (in.failed()) return fail(ErrorCode::corrupt, "block {}: its head cannot be read", number);
  if (digits != schema.currency.digits)
    return fail(ErrorCode::invalid,
                "block {}: amounts were written with {} digits after the point, {} has {}", number,
                digits, schema.currency.code, schema.currency.digits);
  return head;
}

}  // namespace

struct BlockReader::Scratch {
  ColumnReader columns;
  std::vector<std::int64_t> integers;
  std::vector<std::int64_t> states;
  std::vector<double> doubles;
  std::vector<TextRef> texts;
  std::vector<std::uint32_t> present;  // Events of a type that have a value.
  std::string aside;                   // Text of properties that are not declared now.
  std::vector<std::string> added;      // Beside events: members of `extra` for these.
  std::uint64_t number = 0;

  std::unexpected<Error> corrupt(std::string_view column) const {
    return fail(ErrorCode::corrupt, "block {}: column {} cannot be read", number, column);
  }
  bool take_integers(ByteReader& in, std::size_t count) {
    integers.resize(count);
    return columns.integers(in, integers);
  }
  bool take_texts(ByteReader& in, std::size_t count, std::string& text) {
    texts.resize(count);
    return columns.texts(in, text, texts);
  }

  Result<> take_directory(ByteReader& in, const Head& head, Directory& directory) {
    directory.clear();
    directory.account_first = head.account_first;
    directory.member_first = head.member_first;
    ByteReader accounts(in.text());
    directory.accounts.resize(head.account_count);
    if (!columns.texts(accounts, directory.text, directory.accounts) || !accounts.is_complete())
      return corrupt("new accounts");
    ByteReader members(in.text());
    directory.members.resize(head.member_count);
    if (!take_integers(members, head.member_count) ||
        !columns.texts(members, directory.text, directory.members) || !members.is_complete())
      return corrupt("new members");
    directory.member_accounts.reserve(head.member_count);
    for (const std::int64_t account : integers) {
      if (account < 0 || account >= head.account_first + head.account_count)
        return corrupt("new members");
      directory.member_accounts.push_back({static_cast<std::uint32_t>(account)});
    }
    return {};
  }

  // One integer for each event, handed to `take` with the event's index; false ends it.
  template <class Take>
  Result<> take_each(ByteReader& in, std::size_t count, std::string_view column, Take&& take) {
    ByteReader own(in.text());
    if (!take_integers(own, count) || !own.is_complete()) return corrupt(column);
    for (std::size_t i = 0; i < count; ++i) {
      if (!take(i, integers[i])) return corrupt(column);
    }
    return {};
  }

  Result<> take_sparse(ByteReader& in, std::size_t count, std::string_view column, bool wanted,
                       TextRef Event::*ref, engine::EventBatch& batch) {
    ByteReader own(in.text());
    if (!wanted) return in.failed() ? corrupt(column) : Result<>{};
    if (!take_integers(own, count) || !take_texts(own, count, batch.text) || !own.is_complete())
      return corrupt(column);
    for (std::size_t i = 0; i < count; ++i) {
      if (static_cast<std::uint64_t>(integers[i]) >= batch.events.size()) return corrupt(column);
      batch.events[static_cast<std::size_t>(integers[i])].*ref = texts[i];
    }
    return {};
  }

  Result<> take_members(ByteReader& in, const Head& head, const TypeHead& type,
                        engine::EventBatch& batch) {
    if (type.member == Presence::none) return {};
    const auto bad = [&] { return corrupt(fmt::format("{}.member", type.name)); };
    ByteReader own(in.text());
    present.assign(type.events.begin(), type.events.end());
    if (type.member == Presence::mixed) {
      if (!take_integers(own, type.events.size())) return bad();
      present.clear();
      for (std::size_t i = 0; i < integers.size(); ++i) {
        if (integers[i] == 0) present.push_back(type.events[i]);
      }
    }
    if (!take_integers(own, present.size()) || !own.is_complete()) return bad();
    for (std::size_t i = 0; i < present.size(); ++i) {
      if (static_cast<std::uint64_t>(integers[i]) >= head.member_first + head.member_count)
        return bad();
      batch.events[present[i]].member_number = {static_cast<std::uint32_t>(integers[i])};
    }
    return {};
  }

  // Where the values of a property go.
  struct Target {
    const cel::Property* property = nullptr;  // Null: not declared now, or with another type.
    std::uint32_t cell = 0;
  };
  static Target target_of(const PropertyHead& stored, const cel::EventType* type) {
    if (type == nullptr) return {};
    for (std::uint32_t i = 0; i < type->properties.size(); ++i) {
      const cel::Property& property = type->properties[i];
      if (property.name != stored.name) continue;
      const auto is_text = [](PropertyType t) {
        return t == PropertyType::string || t == PropertyType::enum_;
      };
      if (property.type == stored.type || (is_text(property.type) && is_text(stored.type)) ||
          (property.type == PropertyType::double_ && stored.type == PropertyType::int_))
        return {&property, i};
      return {};
    }
    return {};
  }

  Result<> take_property(ByteReader& in, const TypeHead& type, const PropertyHead& property,
                         const cel::Schema& schema, const ReadOptions& options, Block& block) {
    const auto bad = [&] { return corrupt(fmt::format("{}.{}", type.name, property.name)); };
    engine::EventBatch& batch = block.batch;
    const Target target =
        target_of(property, type.type == type_undeclared ? nullptr : &schema.events[type.type]);
    ByteReader own(in.text());
    const bool to_extra = target.property == nullptr && options.extra;
    if (target.property == nullptr && !to_extra && options.contents == nullptr)
      return in.failed() ? bad() : Result<>{};

    const std::uint64_t key = property_key(property.name);
    present.assign(type.events.begin(), type.events.end());
    if (property.presence == Presence::mixed) {
      states.resize(type.events.size());
      if (!columns.integers(own, states)) return bad();
      present.clear();
      for (std::size_t i = 0; i < states.size(); ++i) {
        const std::uint32_t event = type.events[i];
        if (states[i] == static_cast<int>(State::value)) {
          present.push_back(event);
        } else if (states[i] == static_cast<int>(State::null)) {
          if (target.property != nullptr)
            batch.cells[batch.events[event].cells + target.cell] = engine::cell_null;
          if (options.contents != nullptr)
            (*options.contents)[event] += value_term(key, engine::cell_null);
          if (to_extra) add_member(event, property.name, "null");
        } else if (states[i] != static_cast<int>(State::absent)) {
          return bad();
        }
      }
    }

    if (property.type == PropertyType::string || property.type == PropertyType::enum_) {
      aside.clear();
      std::string& text = target.property == nullptr ? aside : batch.text;
      if (!take_texts(own, present.size(), text) || !own.is_complete()) return bad();
      put_texts(property.name, key, target, text, options, to_extra, batch);
      return {};
    }
    if (property.type == PropertyType::double_) {
      doubles.resize(present.size());
      if (!columns.doubles(own, doubles)) return bad();
      integers.resize(present.size());
      for (std::size_t i = 0; i < doubles.size(); ++i)
        integers[i] = std::bit_cast<std::int64_t>(doubles[i]);
    } else if (!take_integers(own, present.size())) {
      return bad();
    }
    if (!own.is_complete()) return bad();
    for (std::size_t i = 0; i < present.size(); ++i) {
      if (integers[i] <= engine::cell_null) return bad();
      if (property.type == PropertyType::bool_ && (integers[i] < 0 || integers[i] > 1))
        return bad();
    }
    put_numbers(property, key, target, options, to_extra, schema.currency.digits, batch);
    return {};
  }

  void put_texts(std::string_view name, std::uint64_t key, const Target& target,
                 const std::string& text, const ReadOptions& options, bool to_extra,
                 engine::EventBatch& batch) {
    TextRef last{};  // Texts of a table repeat, and so do their indexes and terms.
    bool has_last = false;
    Cell cell = engine::cell_absent;
    std::uint64_t term = 0;
    for (std::size_t i = 0; i < present.size(); ++i) {
      const TextRef ref = texts[i];
      if (!has_last || ref.offset != last.offset || ref.size != last.size) {
        const std::string_view value = std::string_view(text).substr(ref.offset, ref.size);
        if (options.contents != nullptr) term = text_term(key, value);
        if (target.property != nullptr) {
          cell = engine::text_cell(ref);
          if (target.property->type == PropertyType::enum_)
            cell = value_index(*target.property, value);
        }
        last = ref;
        has_last = true;
      }
      if (options.contents != nullptr) (*options.contents)[present[i]] += term;
      if (target.property != nullptr)
        batch.cells[batch.events[present[i]].cells + target.cell] = cell;
      if (to_extra)
        add_member(present[i], name,
                   json_text(std::string_view(text).substr(ref.offset, ref.size)));
    }
  }
  // A value that is not declared now is absent.
  static Cell value_index(const cel::Property& property, std::string_view value) {
    const auto at = std::ranges::find(property.values, value);
    return at == property.values.end() ? engine::cell_absent : at - property.values.begin();
  }

  void put_numbers(const PropertyHead& property, std::uint64_t key, const Target& target,
                   const ReadOptions& options, bool to_extra, int digits,
                   engine::EventBatch& batch) {
    const bool widen = target.property != nullptr && property.type == PropertyType::int_ &&
                       target.property->type == PropertyType::double_;
    for (std::size_t i = 0; i < present.size(); ++i) {
      const std::uint32_t event = present[i];
      if (options.contents != nullptr) (*options.contents)[event] += value_term(key, integers[i]);
      if (to_extra) {
        add_member(event, property.name, json_number(property.type, integers[i], digits));
      } else if (target.property != nullptr) {
        batch.cells[batch.events[event].cells + target.cell] =
            widen ? std::bit_cast<Cell>(static_cast<double>(integers[i])) : integers[i];
      }
    }
  }

  static std::string json_number(PropertyType type, Cell value, int digits) {
    switch (type) {
      case PropertyType::bool_: return value != 0 ? "true" : "false";
      case PropertyType::double_: return json_double(std::bit_cast<double>(value));
      case PropertyType::money: return format_money({value}, digits);
      case PropertyType::time:
        return value < instant_min.ms || value > instant_max.ms
                   ? fmt::format("{}", value)
                   : fmt::format("\"{}\"", format_instant({value}));
      default: return fmt::format("{}", value);
    }
  }

  void add_member(std::uint32_t event, std::string_view name, std::string_view json) {
    if (added.size() <= event) added.resize(std::size_t{event} + 1);
    std::string& members = added[event];
    if (!members.empty()) members += ',';
    members += json_text(name);
    members += ':';
    members += json;
  }
  // Undeclared properties come before what was undeclared from the first.
  void merge_added(engine::EventBatch& batch) {
    for (std::size_t i = 0; i < added.size(); ++i) {
      if (added[i].empty()) continue;
      Event& event = batch.events[i];
      const std::string_view before = batch.view(event.extra);
      std::string whole = "{" + added[i];
      if (before.size() > 2) {
        whole += ',';
        whole += before.substr(1);
      } else {
        whole += '}';
      }
      event.extra = batch.add_text(whole);
    }
    added.clear();
  }
};

BlockReader::BlockReader(const cel::Schema& schema)
    : schema_(schema), scratch_(std::make_unique<Scratch>()) {}
BlockReader::~BlockReader() = default;

Result<> BlockReader::read_directory(std::string_view bytes, std::uint64_t number,
                                     Directory& directory) {
  ByteReader in(bytes);
  const Head head = TRY(read_head(in, number, schema_));
  scratch_->number = number;
  return scratch_->take_directory(in, head, directory);
}

Result<> BlockReader::read(std::string_view bytes, std::uint64_t number, const ReadOptions& options,
                           Block& block) {
  Scratch& scratch = *scratch_;
  scratch.number = number;
  ByteReader in(bytes);
  Head head = TRY(read_head(in, number, schema_));
  engine::EventBatch& batch = block.batch;
  batch.clear();
  batch.seq_first = head.seq_first;
  batch.tick = head.tick;
  block.undeclared_count = 0;
  TRY(scratch.take_directory(in, head, block.directory));

  for (TypeHead& type : head.types) {
    type.events.reserve(type.event_count);
    const auto at = std::ranges::find(schema_.events, type.name, &cel::EventType::name);
    if (at == schema_.events.end())
      block.undeclared_count += type.event_count;
    else
      type.type = static_cast<std::uint32_t>(at - schema_.events.begin());
  }
  batch.events.resize(head.event_count);
  std::uint32_t cells = 0;
  TRY(scratch.take_each(in, head.event_count, "type", [&](std::size_t i, std::int64_t value) {
    if (static_cast<std::uint64_t>(value) >= head.types.size()) return false;
    TypeHead& type = head.types[static_cast<std::size_t>(value)];
    if (type.events.size() == type.event_count) return false;
    type.events.push_back(static_cast<std::uint32_t>(i));
    Event& event = batch.events[i];
    event.type = type.type;
    event.cells = cells;
    if (type.type != type_undeclared)
      cells += static_cast<std::uint32_t>(schema_.events[type.type].properties.size());
    return true;
  }));
  batch.cells.assign(cells, engine::cell_absent);

  bool wanted = options.only == nullptr;
  TRY(scratch.take_each(in, head.event_count, "account", [&](std::size_t i, std::int64_t value) {
    if (value < 0 || value >= head.account_first + head.account_count) return false;
    const engine::AccountNumber account{static_cast<std::uint32_t>(value)};
    batch.events[i].account_number = account;
    if (!wanted) wanted = std::ranges::find(*options.only, account) != options.only->end();
    return true;
  }));
  if (!wanted) {
    batch.events.clear();
    batch.cells.clear();
    return {};
  }
  TRY(scratch.take_each(in, head.event_count, "time", [&](std::size_t i, std::int64_t value) {
    batch.events[i].time = {value};
    return value >= instant_min.ms && value <= instant_max.ms;
  }));
  if (options.contents != nullptr) {
    options.contents->assign(head.event_count, 0);
    for (const TypeHead& type : head.types) {
      const std::uint64_t term = name_term(type.name);
      for (const std::uint32_t i : type.events)
        (*options.contents)[i] = term + time_term(batch.events[i].time);
    }
  }

  ByteReader ids(in.text());
  if (options.ids) {
    if (!scratch.take_texts(ids, head.event_count, batch.text) || !ids.is_complete())
      return scratch.corrupt("id");
    for (std::size_t i = 0; i < head.event_count; ++i) batch.events[i].id = scratch.texts[i];
  }
  TRY(scratch.take_sparse(in, head.given_count, "given", true, &Event::account, batch));
  const bool extra = options.extra || options.contents != nullptr;
  TRY(scratch.take_sparse(in, head.extra_count, "extra", extra, &Event::extra, batch));
  if (options.contents != nullptr) {
    for (std::size_t i = 0; i < head.event_count; ++i)
      (*options.contents)[i] += extra_term(batch.view(batch.events[i].extra));
  }
  scratch.added.clear();
  for (const TypeHead& type : head.types) {
    TRY(scratch.take_members(in, head, type, batch));
    for (const PropertyHead& property : type.properties)
      TRY(scratch.take_property(in, type, property, schema_, options, block));
  }
  scratch.merge_added(batch);
  if (!in.is_complete())
    return fail(ErrorCode::corrupt, "block {}: there are bytes behind its last column", number);
  return {};
}

}  // namespace pharos::journal
