// engine/snapshot.cc: a header that says what the bytes are for, then the parts of the state as
// they lie in memory.
#include "engine/snapshot.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "engine/image.h"
#include "engine/state.h"

namespace pharos::engine {
namespace {

constexpr std::uint64_t magic = 0x31'74'6F'68'73'68'70'00;
// Raised with every change of what is written, or of what the fold makes of the same events.
constexpr std::uint32_t format = 3;

struct Header {
  std::uint64_t magic = 0;
  std::uint32_t format = 0;
  std::uint32_t record_bytes = 0;
  std::uint64_t key = 0;  // Of what the state depends on.
};
// At the end: the parts are written as they come, so that nobody holds them twice.
struct Trailer {
  std::uint64_t size = 0;  // Of what lies between.
  std::uint64_t checksum = 0;
};

void add_properties(std::string& text, const std::vector<cel::Property>& properties) {
  for (const cel::Property& property : properties) {
    text += fmt::format("{} {}", property.name, static_cast<int>(property.type));
    for (const std::string& value : property.values) text += " " + value;
    text += "\n";
  }
  text += "\n";
}

// Everything that the state of an account depends on, beside its events: two plans with the same
// text keep the same state.
std::uint64_t key_of(const State& state, std::string_view made_by) {
  const playbook::Playbook& playbook = *state.playbook;
  std::string text = fmt::format("{}\n{}\n{} {}\n", made_by, playbook.schema.zone.name(),
                                 playbook.schema.currency.code, playbook.schema.currency.digits);
  add_properties(text, playbook.schema.attributes);
  add_properties(text, playbook.member_attributes);
  for (const cel::EventType& event : playbook.schema.events) {
    text += event.name + "\n";
    add_properties(text, event.properties);
  }
  for (const playbook::Node& node : playbook.nodes) {
    text += fmt::format("{} {} {} {} {} {} {}\n", node.track, node.name, node.after,
                        static_cast<int>(node.trigger), node.on, node.due ? node.due->ms : -1,
                        node.lapse ? node.lapse->to : -2);
    text += fmt::format("{}\n{}\n", node.condition ? node.condition->text : "",
                        node.lapse ? node.lapse->when.text : "");
  }
  for (const playbook::Track& track : playbook.tracks)
    text += fmt::format("{} {} {}\n", track.name, track.node_first, track.node_count);
  for (const playbook::Segment& segment : playbook.segments)
    text += fmt::format("{}: {}\n", segment.name, segment.when.text);
  for (const cel::Rule& query : state.options.queries) text += query.text + "\n";
  text += state.options.queries_only ? "queries only" : "";
  text += fmt::format("\n{} lanes", state.lanes.size());
  return hash64(text);
}

}  // namespace

class NamesImage {
 public:
  static void write(const Names& names, ImageWriter& out) {
    out.list(names.slots_);
    out.list(names.places_);
    out.value(std::uint64_t{names.chunks_.size()});
    for (const Names::Chunk& chunk : names.chunks_) {
      const bool is_last = &chunk == &names.chunks_.back();
      const std::uint32_t used = chunk.size - (is_last ? names.chunk_left_ : 0);
      out.value(chunk.size);
      out.value(used);
      out.bytes(chunk.bytes.get(), used);
    }
  }

  static void read(Names& names, ImageReader& in) {
    in.list(names.slots_);
    in.list(names.places_);
    const auto chunk_count = in.value<std::uint64_t>();
    for (std::uint64_t i = 0; i < chunk_count && !in.failed(); ++i) {
      const auto size = in.value<std::uint32_t>(), used = in.value<std::uint32_t>();
      const bool is_long = size > Names::chunk_bytes;
      if (size < Names::chunk_bytes || used > size || used > in.remaining() ||
          (is_long && used != size))
        return in.fail();
      names.chunks_.push_back({std::make_unique<char[]>(size), size});
      names.chunk_left_ = size - used;
      in.bytes(names.chunks_.back().bytes.get(), used);
    }
    if (!in.failed() && !is_sound(names)) in.fail();
  }

 private:
  // Every number has a text inside its chunk, and a look-up ends.
  static bool is_sound(const Names& names) {
    const std::size_t slots = names.slots_.size();
    if (slots > 0 ? !std::has_single_bit(slots) || names.places_.size() >= slots
                  : !names.places_.empty())
      return false;
    std::size_t used = 0;
    for (const Names::Slot& slot : names.slots_) {
      if (slot.number_1 > names.places_.size()) return false;
      used += slot.number_1 > 0 ? 1 : 0;
    }
    if (used != names.places_.size()) return false;
    for (const std::uint32_t place : names.places_) {
      const std::size_t chunk = place / Names::chunk_bytes, offset = place % Names::chunk_bytes;
      constexpr std::size_t head_max = sizeof(std::uint16_t) + sizeof(std::uint32_t);
      if (chunk >= names.chunks_.size()) return false;
      const Names::Chunk& in = names.chunks_[chunk];
      std::uint16_t size;
      if (offset + sizeof size > in.size) return false;
      std::memcpy(&size, in.bytes.get() + offset, sizeof size);
      std::size_t bytes = sizeof size + size;
      if (size == Names::long_size) {
        std::uint32_t whole;
        if (offset + head_max > in.size) return false;
        std::memcpy(&whole, in.bytes.get() + offset + sizeof size, sizeof whole);
        bytes = head_max + whole;
      }
      if (offset + bytes > in.size) return false;
    }
    return true;
  }
};

class PoolImage {
 public:
  static void write(const Pool& pool, ImageWriter& out) {
    out.value(pool.free_);
    out.value(pool.next_);
    out.value(std::uint64_t{pool.left_});
    const std::size_t end = pool.chunks_.size() * Pool::chunk_units;
    const bool is_last = pool.next_ + pool.left_ == end;  // Or large blocks came behind it.
    std::size_t units = end - (is_last ? pool.left_ : 0);
    out.value(std::uint64_t{units});
    for (const std::byte* chunk : pool.chunks_) {
      const std::size_t here = std::min(units, Pool::chunk_units);
      out.bytes(chunk, here * Pool::unit_bytes);
      units -= here;
    }
  }

  static void read(Pool& pool, ImageReader& in) {
    pool.free_ = in.value<decltype(pool.free_)>();
    pool.next_ = in.value<Pool::Handle>();
    pool.left_ = in.value<std::uint64_t>();
    const auto units = in.value<std::uint64_t>();
    if (units > in.remaining() / Pool::unit_bytes) return in.fail();
    const std::uint64_t chunk_count = (units + Pool::chunk_units - 1) / Pool::chunk_units;
    const std::uint64_t end = chunk_count * Pool::chunk_units;
    if (pool.left_ > Pool::chunk_units || pool.next_ + pool.left_ > end) return in.fail();
    for (const Pool::Handle handle : pool.free_)
      if (handle >= end && handle != 0) return in.fail();
    if (chunk_count == 0) return;
    pool.grow(chunk_count);  // All in one run, so that large blocks lie within it.
    in.bytes(pool.chunks_.front(), units * Pool::unit_bytes);
  }
};

namespace {

std::size_t chunk_bytes(const State& state, std::size_t chunk) {
  const std::size_t first = chunk * State::chunk_accounts;
  return std::min<std::size_t>(State::chunk_accounts, state.accounts.size() - first) *
         state.plan.record_bytes;
}

void write_state(const State& state, ImageWriter& out) {
  NamesImage::write(state.accounts, out);
  NamesImage::write(state.members, out);
  for (const auto& lane : state.lanes) {
    NamesImage::write(lane->series.symbols, out);
    PoolImage::write(lane->series.pool, out);
    out.list(lane->timers);
  }
  out.list(state.alias_of);
  out.list(state.member_first);
  out.list(state.member_cells);
  out.value(state.tick_at);
  out.value(state.ticks);
  for (std::size_t c = 0; c < state.records.size(); ++c)
    out.bytes(state.records[c].get(), chunk_bytes(state, c));
}

void read_state(State& state, ImageReader& in) {
  NamesImage::read(state.accounts, in);
  NamesImage::read(state.members, in);
  for (const auto& lane : state.lanes) {
    NamesImage::read(lane->series.symbols, in);
    PoolImage::read(lane->series.pool, in);
    lane->compact_bytes = lane->series.pool.bytes();
    in.list(lane->timers);
  }
  in.list(state.alias_of);
  in.list(state.member_first);
  in.list(state.member_cells);
  state.tick_at = in.value<Instant>();
  state.ticks = in.value<std::uint32_t>();
  const std::size_t accounts = state.accounts.size(), members = state.members.size();
  const std::size_t chunks = (accounts + State::chunk_accounts - 1) / State::chunk_accounts;
  const auto is_account = [&](AccountNumber account) { return account.value < accounts; };
  const auto has_timers = [&](const auto& lane) { return lane->timers.size() == chunks; };
  if (in.failed() || !std::ranges::all_of(state.lanes, has_timers) ||
      state.member_first.size() != members ||
      state.member_cells.size() != members * state.member_layout.bytes() ||
      (!state.alias_of.empty() && state.alias_of.size() != accounts) ||
      !std::ranges::all_of(state.alias_of, is_account))
    return in.fail();
  for (std::size_t c = 0; c < chunks && !in.failed(); ++c) {
    const std::size_t bytes = std::size_t{State::chunk_accounts} * state.plan.record_bytes;
    state.records.push_back(std::make_unique<std::byte[]>(bytes));
    in.bytes(state.records.back().get(), chunk_bytes(state, c));
  }
  state.member_is_changed.assign(members, 0);
}

}  // namespace

void write_snapshot(const Fold& fold, std::string_view made_by, ImageWriter& out) {
  const State& state = fold.state();
  for (const auto& lane : state.lanes)
    ASSERT(lane->accounts_changed.empty() && lane->members_changed.empty());
  out.value(Header{.magic = magic,
                   .format = format,
                   .record_bytes = state.plan.record_bytes,
                   .key = key_of(state, made_by)});
  Trailer trailer;
  RunningHash hash;
  ImageWriter body([&](std::string_view bytes) {
    trailer.size += bytes.size();
    hash.add(bytes);
    out.bytes(bytes.data(), bytes.size());
  });
  write_state(state, body);
  trailer.checksum = hash.value();
  out.value(trailer);
}

Result<Fold> read_snapshot(const playbook::Playbook& playbook, FoldOptions options,
                           std::string_view made_by, std::string_view bytes) {
  ImageReader in(bytes);
  const auto header = in.value<Header>();
  if (in.failed() || header.magic != magic)
    return fail(ErrorCode::corrupt, "a snapshot of state does not begin like one");
  if (header.format != format)
    return fail(ErrorCode::invalid, "a snapshot of state has format {}, expected {}", header.format,
                format);
  Fold fold(playbook, std::move(options));
  State& state = fold.state();
  if (header.key != key_of(state, made_by) || header.record_bytes != state.plan.record_bytes)
    return fail(ErrorCode::invalid, "a snapshot of state is of another playbook or version");
  if (in.remaining() < sizeof(Trailer))
    return fail(ErrorCode::corrupt, "a snapshot of state is cut off");
  const std::string_view body = in.view(in.remaining() - sizeof(Trailer));
  const auto trailer = in.value<Trailer>();
  if (trailer.size != body.size() || trailer.checksum != hash64(body))
    return fail(ErrorCode::corrupt, "a snapshot of state is not what was written");
  ImageReader parts(body);
  read_state(state, parts);
  if (!parts.is_complete())
    return fail(ErrorCode::corrupt, "the parts of a snapshot of state do not fit together");
  return fold;
}

}  // namespace pharos::engine
