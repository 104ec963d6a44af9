// history/layout.cc: gathered events sorted, and everything laid into one memory.
#include <algorithm>
#include <numeric>
#include <span>

#include "history/application.h"
#include "history/builder.h"
#include "history/file.h"
#include "history/gathered.h"
#include "history/sections.h"
#include "history/threads.h"
#include "playbook/model.h"

namespace pharos::history {
namespace {

constexpr std::size_t id_digits_max = 18;

void run_all(std::span<const std::function<void()>> tasks, int threads) {
  in_pieces(tasks.size(), threads,
            [&]() -> Work { return [&](std::size_t index) { tasks[index](); }; });
}

// Copies one section to where it is to lie, and makes the span look there.
class Mover {
 public:
  Mover(Memory& memory, const std::vector<Section>& sections)
      : memory_(memory), sections_(sections) {}

  template <class T>
  void operator()(std::span<const T>& span, Order order) {
    const Section& section = sections_[next_++];
    T* const to = reinterpret_cast<T*>(memory_.data() + section.offset);
    tasks_.push_back([from = span, to, order] {
      if (order == nullptr)
        std::copy(from.begin(), from.end(), to);
      else
        for (std::size_t i = 0; i < from.size(); ++i) to[i] = from[(*order)[i]];
    });
    span = {to, span.size()};
  }
  void operator()(Texts& texts, Order order) {
    auto* const ends = reinterpret_cast<std::uint64_t*>(memory_.data() + sections_[next_].offset);
    auto* const bytes = reinterpret_cast<char*>(memory_.data() + sections_[next_ + 1].offset);
    next_ += 2;
    tasks_.push_back([from = texts, ends, bytes, order] {
      std::uint64_t end = 0;
      for (std::size_t i = 0; i < from.size(); ++i) {
        const std::string_view text = from.view(order == nullptr ? i : (*order)[i]);
        std::copy(text.begin(), text.end(), bytes + end);
        ends[i] = end += text.size();
      }
    });
    texts = {{ends, texts.ends.size()}, {bytes, texts.bytes.size()}};
  }
  const std::vector<std::function<void()>>& tasks() const { return tasks_; }

 private:
  Memory& memory_;
  const std::vector<Section>& sections_;
  std::size_t next_ = 0;
  std::vector<std::function<void()>> tasks_;
};

}  // namespace

void Builder::Gathered::add_id(std::string_view id) {
  if (ids_are_numbers) {
    const bool plain = !id.empty() && id.size() <= id_digits_max &&
                       std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; }) &&
                       (id[0] != '0' || id.size() == 1);
    if (plain) {
      std::int64_t number = 0;
      for (const char c : id) number = number * 10 + (c - '0');
      id_numbers.push_back(number);
      return;
    }
    ids_are_numbers = false;
    for (const std::int64_t number : id_numbers) id_texts.push(fmt::format("{}", number));
    id_numbers.clear();
    id_numbers.shrink_to_fit();
  }
  id_texts.push(id);
}

// `order`: by place, the event that comes to lie there.
void Builder::Gathered::sort_extras(const std::vector<std::uint32_t>& order) {
  sorted_extra_events.clear();
  sorted_extras = {};
  if (extra_events.empty()) return;
  for (std::uint32_t place = 0; place < order.size(); ++place) {
    const auto found = std::ranges::lower_bound(extra_events, order[place]);
    if (found == extra_events.end() || *found != order[place]) continue;
    sorted_extra_events.push_back(place);
    sorted_extras.push(extras.texts().view(static_cast<std::size_t>(found - extra_events.begin())));
  }
}

// Accounts that were new and are no aliases get the next positions; an alias has its account's.
void Builder::give_positions() {
  if (has_positions_) return;
  has_positions_ = true;
  const std::size_t known = positions_.size();
  positions_.resize(root_.size());
  for (auto number = static_cast<std::uint32_t>(known); number < root_.size(); ++number) {
    if (root_[number] != number) continue;
    positions_[number] = static_cast<Position>(numbers_.size());
    numbers_.push_back(number);
  }
  for (std::uint32_t number = 0; number < root_.size(); ++number)
    if (root_[number] != number) positions_[number] = positions_[root(number)];
  for (const auto& [seq, number] : links_) joints_.push_back({seq, positions_[root(number)]});
}

// By account in the order of positions, then by time, then in the order of the journal.
std::vector<std::uint32_t> Builder::sort(Gathered& gathered) {
  const std::size_t count = gathered.times.size();
  std::vector<std::uint32_t> order(count);
  gathered.owners.clear();
  gathered.starts.clear();
  const auto position_of = [&](std::uint32_t event) {
    return positions_[gathered.accounts[event]];
  };
  const bool sparse = count < numbers_.size() / 8;
  if (sparse) {
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, position_of);
    for (std::uint32_t i = 0; i < count; ++i) {
      const Position position = position_of(order[i]);
      if (!gathered.owners.empty() && gathered.owners.back() == position) continue;
      gathered.owners.push_back(position);
      gathered.starts.push_back(i);
    }
    gathered.starts.push_back(static_cast<std::uint32_t>(count));
  } else {
    std::vector<std::uint32_t>& starts = gathered.starts;
    starts.assign(numbers_.size() + 1, 0);
    for (std::uint32_t i = 0; i < count; ++i) ++starts[position_of(i) + 1];
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
    for (std::uint32_t i = 0; i < count; ++i) order[next[position_of(i)]++] = i;
  }
  const auto time_of = [&](std::uint32_t event) { return gathered.times[event]; };
  for (std::size_t i = 0; i + 1 < gathered.starts.size(); ++i) {
    const auto events =
        std::span(order).subspan(gathered.starts[i], gathered.starts[i + 1] - gathered.starts[i]);
    if (!std::ranges::is_sorted(events, {}, time_of)) std::ranges::stable_sort(events, {}, time_of);
  }
  return order;
}

// What was applied last counts; after a joint that is the order of time.
void Builder::mend_attributes(const Part& part) {
  const Family& updates = part.families[playbook::event_account_updated];
  for (const Joint& joint : joints_) {
    const std::uint32_t number = numbers_[joint.position];
    for (std::size_t a = 0; a < schema_.attributes.size(); ++a) {
      if (is_coded(schema_.attributes[a].type))
        codes_[a][number] = code_absent;
      else
        cells_[a][number] = engine::cell_absent;
    }
    for (const std::uint32_t event :
         in_order_of_application(updates, updates.of(joint.position), joints_, joint.position))
      for (std::size_t a = 0; a < schema_.attributes.size(); ++a) {
        const Values& values = updates.properties[a];
        if (is_coded(schema_.attributes[a].type)) {
          if (values.codes[event] != code_absent) codes_[a][number] = values.codes[event];
        } else if (values.cells[event] != engine::cell_absent) {
          cells_[a][number] = values.cells[event];
        }
      }
  }
}

Result<Built> Builder::finish(int threads) {
  return lay_out(threads, nullptr);
}
Result<Built> Builder::finish(int threads, const std::string& path) {
  return lay_out(threads, &path);
}

Result<Built> Builder::lay_out(int threads, const std::string* path) {
  give_positions();
  std::vector<std::vector<std::uint32_t>> orders(gathered_.size());
  std::vector<std::function<void()>> sorts;
  for (std::size_t f = 0; f < gathered_.size(); ++f)
    sorts.push_back([&, f] {
      orders[f] = sort(*gathered_[f]);
      gathered_[f]->sort_extras(orders[f]);
    });
  run_all(sorts, threads);

  Built built;
  built.part.seq_end = seq_end_;
  for (const auto& gathered : gathered_) {
    Family& family = built.part.families.emplace_back();
    family.owners = gathered->owners;
    family.starts = gathered->starts;
    family.times = gathered->times;
    family.seqs = gathered->seqs;
    if (gathered->has_members) family.members = gathered->members;
    family.id_numbers = gathered->id_numbers;
    family.id_texts = gathered->id_texts.texts();
    for (std::size_t p = 0; p < gathered->cells.size(); ++p)
      family.properties.push_back({gathered->cells[p], gathered->codes[p]});
    family.extra_events = gathered->sorted_extra_events;
    family.extras = gathered->sorted_extras.texts();
  }

  Directory& directory = built.directory;
  directory.positions = positions_;
  directory.numbers = numbers_;
  directory.accounts = accounts_.texts();
  const std::vector<std::uint32_t> slots = slots_of(directory.accounts);
  directory.slots = slots;
  directory.members = members_.texts();
  directory.member_codes = member_codes_;
  for (const TextList& texts : texts_) directory.texts.push_back(texts.texts());
  directory.updated_at = updated_at_;
  directory.last_at = last_at_;
  directory.tick = tick_;
  directory.print = print_;
  directory.ticks = ticks_;
  directory.joints = joints_;

  // Families first: attributes of joined accounts are read from them.
  const bool joined = !links_.empty();
  std::vector<std::int64_t> firsts, clocks;
  std::vector<std::uint8_t> irregular;
  for (const std::uint32_t number : numbers_) {
    firsts.push_back(first_[number]);
    clocks.push_back(clock_[number]);
    irregular.push_back(irregular_[number]);
  }
  directory.firsts = firsts;
  directory.clocks = clocks;
  directory.irregular = irregular;
  std::vector<std::vector<std::int64_t>> cells(cells_.size());
  std::vector<std::vector<std::uint32_t>> codes(codes_.size());
  for (std::size_t a = 0; a < cells_.size(); ++a) {
    cells[a].resize(cells_[a].empty() ? 0 : numbers_.size());
    codes[a].resize(codes_[a].empty() ? 0 : numbers_.size());
    directory.attributes.push_back({cells[a], codes[a]});
  }
  const auto fill_attributes = [&] {
    for (std::size_t a = 0; a < cells_.size(); ++a)
      for (std::size_t p = 0; p < numbers_.size(); ++p) {
        if (!cells[a].empty()) cells[a][p] = cells_[a][numbers_[p]];
        if (!codes[a].empty()) codes[a][p] = codes_[a][numbers_[p]];
      }
  };

  const std::vector<Section> sections = measure(built.part, directory, orders);
  const std::size_t bytes = sections.empty() ? 0 : sections.back().offset + sections.back().bytes;
  built.part.memory =
      path == nullptr ? TRY(Memory::anonymous(bytes)) : TRY(Memory::create(*path, bytes));
  Mover mover(built.part.memory, sections);
  Part sorted = {.seq_end = seq_end_, .families = built.part.families, .memory = {}};
  each_section(sorted, directory, orders, std::ref(mover));
  // The tasks of families come before those of the directory, which may need what they did.
  const std::size_t of_families = family_section_count(sorted);
  const std::span tasks(mover.tasks());
  run_all(tasks.first(of_families), threads);
  if (joined) mend_attributes(sorted);
  fill_attributes();
  run_all(tasks.subspan(of_families), threads);
  built.part.families = std::move(sorted.families);
  if (path != nullptr) TRY(seal(built, schema_, sections));
  return built;
}

}  // namespace pharos::history
