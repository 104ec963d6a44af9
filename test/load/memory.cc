// load/memory.cc: events by number, and a walk along an export.
#include "load/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/text.h"

namespace pharos::load {
namespace {

constexpr std::uint64_t accounts = 20'000;
constexpr std::size_t faults_shown = 5;

std::string account_of(EventId id) {
  return fmt::format("acc {}", (id.sender * 7'919 + id.number * 31) % accounts);
}
Instant time_of(EventId id, Instant start) {
  return start + Duration{static_cast<std::int64_t>(id.number)};
}

// "7-123"
bool read_id(std::string_view text, EventId& id) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return false;
  const auto sender = parse_int64(text.substr(0, dash)),
             number = parse_int64(text.substr(dash + 1));
  if (!sender || !number || *sender < 0 || *number < 0) return false;
  id = {static_cast<std::uint32_t>(*sender), static_cast<std::uint64_t>(*number)};
  return true;
}

// The first few, and how many there are.
class Faults {
 public:
  void add(std::string fault) {
    if (count_++ < faults_shown) text_ += std::move(fault) + "\n";
  }
  std::string told() const {
    return count_ <= faults_shown ? text_ : fmt::format("{}... {} in all\n", text_, count_);
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

}  // namespace

std::string json_of(EventId id, Instant start) {
  return fmt::format(
      R"({{"id":"{}-{}","account":"{}","name":"order_paid","time":"{}","props":{{"amount":{}}}}})",
      id.sender, id.number, account_of(id), format_instant(time_of(id, start)),
      1 + id.number % 500);
}

std::string exported(EventId id, Instant start) {
  return fmt::format("{}-{},{},,order_paid,{},", id.sender, id.number, account_of(id),
                     format_instant(time_of(id, start)));
}

void Memory::note_sent(std::uint64_t first, std::uint64_t count) {
  if (states_.size() < first + count) states_.resize(first + count, State::unknown);
  for (std::uint64_t i = first; i < first + count; ++i)
    states_[i] = std::max(states_[i], State::sent);
}

void Memory::note_acknowledged(std::uint64_t first, std::uint64_t count) {
  for (std::uint64_t i = first; i < first + count; ++i) {
    if (states_[i] != State::acknowledged) ++acknowledged_count_;
    states_[i] = State::acknowledged;
  }
}

std::string compare(const std::string& export_path, const std::vector<Memory>& memories,
                    Instant start) {
  Faults faults;
  std::vector<std::vector<bool>> seen(memories.size());
  for (std::size_t i = 0; i < memories.size(); ++i) seen[i].resize(memories[i].states_.size());
  std::ifstream file(export_path);
  std::string line;
  if (!std::getline(file, line) || !line.starts_with("id,account,member,name,time,"))
    return "the export has no heading\n";
  while (std::getline(file, line)) {
    EventId id;
    const bool is_ours = read_id(std::string_view(line).substr(0, line.find(',')), id) &&
                         id.sender < memories.size() && id.number < seen[id.sender].size() &&
                         memories[id.sender].states_[id.number] != Memory::State::unknown;
    if (!is_ours) {
      faults.add("never sent: " + line);
      continue;
    }
    if (seen[id.sender][id.number]) faults.add("twice: " + line);
    seen[id.sender][id.number] = true;
    if (!line.starts_with(exported(id, start))) faults.add("changed: " + line);
  }
  for (std::size_t i = 0; i < memories.size(); ++i)
    for (std::uint64_t n = 0; n < seen[i].size(); ++n)
      if (memories[i].states_[n] == Memory::State::acknowledged && !seen[i][n])
        faults.add(fmt::format("acknowledged and lost: {}-{}", i, n));
  return faults.told();
}

}  // namespace pharos::load
