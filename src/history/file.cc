// history/file.cc: the header and the table of sections.
#include "history/file.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>

#include "base/hash.h"
#include "history/sections.h"

namespace pharos::history {
namespace {

constexpr std::uint64_t mark = 0x31'74'73'48'68'50'00'0A;  // "PhHst1" and what no text has.
constexpr std::uint64_t version = 2;
constexpr std::size_t alignment = 64;

// All in 64-bit words, in the order of the machine: the file never leaves it.
struct Header {
  std::uint64_t mark, version, schema, bytes;
  std::uint64_t seq_end, updated_at, last_at, tick, print;
  std::uint64_t section_count, checksum;  // Of the header with 0 here, then the table.
};

std::size_t aligned(std::size_t bytes) {
  return (bytes + alignment - 1) / alignment * alignment;
}

std::size_t count_sections(Part& part, Directory& directory) {
  std::size_t count = 0;
  each_section(part, directory, {},
               [&]<class T>(T&, Order) { count += std::is_same_v<T, Texts> ? 2 : 1; });
  return count;
}

std::uint64_t checksum_of(Header header, const std::byte* table, std::size_t bytes) {
  header.checksum = 0;
  const std::uint64_t own = hash64({reinterpret_cast<const char*>(&header), sizeof header});
  return hash64({reinterpret_cast<const char*>(table), bytes}, own);
}

// Makes spans look into an opened file.
class Attach {
 public:
  Attach(const Memory& memory, std::span<const Section> sections)
      : memory_(memory), sections_(sections) {}
  bool is_sound() const { return sound_; }

  template <class T>
  void operator()(std::span<const T>& span, Order) {
    const Section& section = sections_[next_++];
    sound_ = sound_ && section.bytes % sizeof(T) == 0;
    span = {reinterpret_cast<const T*>(memory_.data() + section.offset), section.bytes / sizeof(T)};
  }
  void operator()(Texts& texts, Order order) {
    (*this)(texts.ends, order);
    std::span<const char> bytes;
    (*this)(bytes, order);
    texts.bytes = {bytes.data(), bytes.size()};
    sound_ = sound_ && std::ranges::is_sorted(texts.ends) &&
             (texts.ends.empty() ? 0 : texts.ends.back()) == bytes.size();
  }

 private:
  const Memory& memory_;
  std::span<const Section> sections_;
  std::size_t next_ = 0;
  bool sound_ = true;
};

// Indexes within their bounds, so that no read leaves the file.
bool is_sound(const Built& built) {
  const Directory& directory = built.directory;
  const std::size_t accounts = directory.numbers.size();
  for (const Family& family : built.part.families) {
    const std::size_t events = family.times.size();
    const bool fits = !family.starts.empty() && family.starts.front() == 0 &&
                      family.starts.back() == events && std::ranges::is_sorted(family.starts) &&
                      family.seqs.size() == events &&
                      (family.owners.empty() ? events == 0 || family.starts.size() <= accounts + 1
                                             : family.owners.size() + 1 == family.starts.size()) &&
                      (family.members.empty() || family.members.size() == events) &&
                      family.id_numbers.size() + family.id_texts.size() == events;
    if (!fits) return false;
    if (family.extra_events.size() != family.extras.size()) return false;
    for (const Values& values : family.properties)
      if (values.cells.size() + values.codes.size() != events) return false;
  }
  for (const Values& values : directory.attributes)
    if (values.cells.size() + values.codes.size() != accounts) return false;
  const auto below = [](auto items, std::size_t bound) {
    return std::ranges::all_of(items, [&](auto item) { return item < bound; });
  };
  return directory.firsts.size() == accounts && directory.clocks.size() == accounts &&
         directory.irregular.size() == accounts && below(directory.positions, accounts) &&
         below(directory.numbers, directory.positions.size()) &&
         std::has_single_bit(directory.slots.size()) &&
         directory.accounts.size() == directory.positions.size() &&
         below(directory.member_codes, directory.members.size());
}

}  // namespace

std::uint64_t hash_of(const cel::Schema& schema) {
  std::uint64_t hash = version;
  const auto add = [&](const std::vector<cel::Property>& properties) {
    for (const cel::Property& property : properties) {
      hash = hash64(property.name, hash64(name_of(property.type), hash));
      for (const std::string& value : property.values) hash = hash64(value, hash);
    }
  };
  add(schema.attributes);
  for (const cel::EventType& event : schema.events) {
    hash = hash64(event.name, hash);
    add(event.properties);
  }
  return hash64(schema.currency.code, hash);
}

std::size_t family_section_count(Part& part) {
  Directory none;
  std::size_t calls = 0, of_none = 0;
  Part empty;
  each_section(part, none, {}, [&](auto&, Order) { ++calls; });
  each_section(empty, none, {}, [&](auto&, Order) { ++of_none; });
  return calls - of_none;
}

std::vector<Section> measure(Part& part, Directory& directory,
                             std::span<const std::vector<std::uint32_t>> orders) {
  std::vector<Section> sections;
  std::size_t next = aligned(sizeof(Header) + count_sections(part, directory) * sizeof(Section));
  const auto add = [&](std::size_t bytes) {
    sections.push_back({next, bytes});
    next = aligned(next + bytes);
  };
  each_section(part, directory, orders, [&]<class T>(T& section, Order) {
    if constexpr (std::is_same_v<T, Texts>) {
      add(section.ends.size_bytes());
      add(section.bytes.size());
    } else {
      add(section.size_bytes());
    }
  });
  return sections;
}

Result<> seal(Built& built, const cel::Schema& schema, std::span<const Section> sections) {
  const Directory& directory = built.directory;
  Header header{.mark = mark,
                .version = version,
                .schema = hash_of(schema),
                .bytes = built.part.memory.bytes(),
                .seq_end = built.part.seq_end,
                .updated_at = static_cast<std::uint64_t>(directory.updated_at),
                .last_at = static_cast<std::uint64_t>(directory.last_at),
                .tick = static_cast<std::uint64_t>(directory.tick),
                .print = directory.print,
                .section_count = sections.size(),
                .checksum = 0};
  std::byte* const to = built.part.memory.data();
  std::memcpy(to + sizeof header, sections.data(), sections.size_bytes());
  header.checksum = checksum_of(header, to + sizeof header, sections.size_bytes());
  std::memcpy(to, &header, sizeof header);
  return built.part.memory.sync();
}

Result<Built> open_part(const std::string& path, const cel::Schema& schema) {
  const TextColumns columns(schema);
  Built built;
  built.part.memory = TRY(Memory::open(path));
  for (const cel::EventType& event : schema.events)
    built.part.families.emplace_back().properties.resize(event.properties.size());
  built.directory.texts.resize(columns.count());
  built.directory.attributes.resize(schema.attributes.size());

  const Memory& memory = built.part.memory;
  const auto broken = [&](const char* how) {
    return fail(ErrorCode::corrupt, "{}: {}; it is made anew", path, how);
  };
  Header header;
  if (memory.bytes() < sizeof header) return broken("cut off");
  std::memcpy(&header, memory.data(), sizeof header);
  if (header.mark != mark || header.version != version || header.schema != hash_of(schema))
    return broken("of another version or playbook");
  if (header.bytes != memory.bytes()) return broken("cut off");
  if (header.section_count != count_sections(built.part, built.directory) ||
      header.section_count > (memory.bytes() - sizeof header) / sizeof(Section))
    return broken("not what was written");
  std::vector<Section> sections(header.section_count);
  const std::byte* const table = memory.data() + sizeof header;
  std::memcpy(sections.data(), table, sections.size() * sizeof(Section));
  if (checksum_of(header, table, sections.size() * sizeof(Section)) != header.checksum)
    return broken("not what was written");
  for (const Section& section : sections)
    if (section.offset > memory.bytes() || section.bytes > memory.bytes() - section.offset)
      return broken("not what was written");
  Attach attach(memory, sections);
  each_section(built.part, built.directory, {}, std::ref(attach));
  built.part.seq_end = header.seq_end;
  built.directory.updated_at = static_cast<std::int64_t>(header.updated_at);
  built.directory.last_at = static_cast<std::int64_t>(header.last_at);
  built.directory.tick = static_cast<std::int64_t>(header.tick);
  built.directory.print = header.print;
  if (!attach.is_sound() || !is_sound(built)) return broken("not what was written");
  return built;
}

}  // namespace pharos::history
