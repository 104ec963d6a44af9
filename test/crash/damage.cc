// crash/damage.cc: hits, and what has to be said of them.
#include "crash/damage.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/seeded.h"
#include "base/text.h"
#include "crash/world.h"
#include "journal/repair.h"
#include "journal/trial.h"
#include "journal/workspace.h"
#include "store/database.h"

namespace pharos::crash {
namespace {

namespace fs = std::filesystem;
using journal::Workspace;

constexpr std::size_t page_bytes = 4'096;
constexpr std::size_t batches = 26;

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// Every row of every table, and the text of the schema.
std::string dump(const std::string& dir) {
  auto database = store::open_sqlite(dir + "/pharos.db", store::OpenMode::read);
  if (!database) return database.error().message;
  std::string text;
  const auto add = [&](const std::string& sql) {
    auto query = (*database)->prepare(sql);
    if (!query || !(*query)->query({})) return;
    while (true) {
      const auto row = (*query)->step();
      if (!row || !*row) break;
      for (int i = 0; i < (*query)->column_count(); ++i)
        text += fmt::format("{}|", (*query)->is_null(i) ? "null" : (*query)->text(i));
      text += "\n";
    }
  };
  add("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2");
  for (const std::string_view table : {"meta", "playbook", "playbook_source", "account", "member",
                                       "alias", "transition", "segment_change"})
    add(fmt::format("SELECT * FROM {} ORDER BY 1, 2, 3", table));
  add("SELECT number, slot, seq_first, event_count, time_first, time_last, tick, bytes, checksum,"
      " chain, hex(data) FROM block ORDER BY number");
  return text;
}

struct Sample {
  std::string file, dump, events;
  ReadMap map;
  std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> seqs;  // By block: first, end.
};

const Sample& sample() {
  static const Sample made = [] {
    const Folder folder("sample");
    make_workspace(folder.path());
    Sample sample;
    {
      const Feed feed(11);
      const auto workspace = *Workspace::open_to_write(folder.path(), {});
      for (std::size_t i = 0; i < batches; ++i) {
        ASSERT(workspace->append(feed.batch(i)).has_value());
        ASSERT(workspace->flush().has_value());
      }
    }
    {
      const auto workspace = *Workspace::open_to_read(folder.path());
      sample.events = told_events(*workspace);
    }
    const auto database = *store::open_sqlite(folder.path() + "/pharos.db", store::OpenMode::read);
    const auto query = *database->prepare("SELECT number, seq_first, event_count FROM block");
    ASSERT(query->query({}).has_value());
    while (*query->step()) {
      const auto first = static_cast<std::uint64_t>(query->integer(1));
      sample.seqs[static_cast<std::uint64_t>(query->integer(0))] = {
          first, first + static_cast<std::uint64_t>(query->integer(2))};
    }
    sample.dump = dump(folder.path());
    sample.file = contents_of(folder.path() + "/pharos.db");
    sample.map = map_of(sample.file);
    ASSERT(sample.map.blocks.size() == sample.seqs.size());
    return sample;
  }();
  return made;
}

// What verify says; empty if it finds the file sound.
std::string answer_of(const std::string& dir, DamageTally& tally) {
  const auto workspace = Workspace::open_to_read(dir);
  if (!workspace) {
    ++tally.unopened;
    return workspace.error().message;
  }
  const auto report = (*workspace)->verify({});
  if (!report) return report.error().message;
  return report->faults.empty() ? "" : report->faults.front();
}

bool is_changed(const std::string& file, std::size_t at) {
  return at >= file.size() || file[at] != sample().file[at];
}

// A sound answer is right only where nothing that is read was hit.
std::string check_sound(const std::string& dir, const std::string& file) {
  for (std::size_t at = 0; at < sample().file.size(); ++at)
    if (is_changed(file, at) && sample().map.is_read[at])
      return fmt::format("verify finds nothing, but byte {} (page {}, {}) is another", at,
                         at / page_bytes + 1, at % page_bytes);
  if (dump(dir) != sample().dump) return "verify finds nothing, but the rows are others";
  return "";
}

bool is_hit(const ReadMap::BlockRow& block, const std::string& file) {
  for (const auto& [offset, size] : block.parts)
    for (std::size_t at = offset; at < offset + size; ++at)
      if (is_changed(file, at)) return true;
  return false;
}

std::string repair_at(const std::string& dir, const std::string& to, DamageTally& tally,
                      journal::RepairReport& report) {
  auto repaired = journal::repair(dir, {.to = to, .playbook = {}, .now = {0}});
  if (!repaired && repaired.error().message.find("--playbook") != std::string::npos) {
    ++tally.playbooks_given;
    fs::remove_all(to);
    repaired = journal::repair(
        dir,
        {.to = to, .playbook = {{"trial.yaml", std::string(journal::trial_playbook)}}, .now = {0}});
  }
  if (!repaired) return "repair: " + repaired.error().message;
  report = *repaired;
  return "";
}

// The events by their number, as lines.
std::map<std::uint64_t, std::string> by_seq(const std::string& events) {
  std::map<std::uint64_t, std::string> lines;
  for (const std::string_view line : split(events, '\n')) {
    if (line.empty()) continue;
    const auto seq = parse_int64(line.substr(0, line.find(' ')));
    if (seq) lines.emplace(static_cast<std::uint64_t>(*seq), line);
  }
  return lines;
}

// Equal, but for ids that were lost with their block and with the rows of the tables.
bool is_same(const std::string& wanted, const std::string& found) {
  if (wanted == found) return true;
  return found.find(" lost account ") != std::string::npos ||
         found.find(" lost member ") != std::string::npos;
}

std::string check_repaired(const std::string& to, const std::string& file,
                           const journal::RepairReport& report, DamageTally& tally) {
  const auto workspace = Workspace::open_to_write(to, {});
  if (!workspace) return "the repaired one does not open: " + workspace.error().message;
  const auto verified = (*workspace)->verify({});
  if (!verified) return "the repaired one does not verify: " + verified.error().message;
  if (!verified->faults.empty()) return "of the repaired one: " + verified->faults.front();
  const auto wanted = by_seq(sample().events), found = by_seq(told_events(**workspace));
  for (const auto& [seq, line] : found)
    if (!wanted.contains(seq) || !is_same(wanted.at(seq), line))
      return fmt::format("the repaired one has \"{}\", which was never told", line);
  std::uint64_t missing = 0;
  for (const ReadMap::BlockRow& block : sample().map.blocks) {
    const auto [first, end] = sample().seqs.at(block.number);
    const bool hit = is_hit(block, file);
    if (hit && end > first && !found.contains(first)) ++tally.blocks_lost;
    for (std::uint64_t seq = first; seq < end; ++seq) {
      if (found.contains(seq)) continue;
      if (!hit) return fmt::format("block {} was not hit, but event {} is lost", block.number, seq);
      ++missing;
      const bool is_told = std::ranges::any_of(report.lost, [&](const journal::LostEvents& lost) {
        return lost.seq_first <= seq && seq <= lost.seq_last;
      });
      if (!is_told && !report.end_is_unknown)
        return fmt::format("event {} is lost, and nobody says so", seq);
    }
  }
  if (missing == 0 && !report.lost.empty()) return "says that events are lost which are there";
  // It goes on.
  const auto receipt = (*workspace)->append(Feed(11).batch(batches));
  if (!receipt) return "the repaired one takes nothing more: " + receipt.error().message;
  const auto after = (*workspace)->verify({});
  if (!after) return "the repaired one does not go on: " + after.error().message;
  if (!after->faults.empty()) return "of the repaired one, going on: " + after->faults.front();
  return "";
}

std::string check_hit(const std::string& file, DamageTally& tally) {
  const Folder folder("damage");
  const std::string dir = folder.path() + "/ws", to = folder.path() + "/repaired";
  fs::create_directories(dir);
  write_file(dir + "/pharos.db", file);
  if (answer_of(dir, tally).empty()) {
    ++tally.unread;
    return check_sound(dir, file);
  }
  ++tally.named;
  journal::RepairReport report;
  if (std::string fault = repair_at(dir, to, tally, report); !fault.empty()) return fault;
  if (contents_of(dir + "/pharos.db") != file) return "repair changed the damaged file";
  return check_repaired(to, file, report, tally);
}

}  // namespace

std::string hit(const std::string& file, std::uint64_t seed, std::string& told) {
  Seeded seeded(seed);
  std::string out = file;
  const std::size_t at = seeded.below(file.size());
  const auto noise = [&](std::size_t from, std::size_t size) {
    for (std::size_t i = from; i < std::min(from + size, out.size()); ++i)
      out[i] = static_cast<char>(seeded.below(256));
  };
  switch (seeded.below(10)) {
    default:
      told = fmt::format("bit {} of byte {}", seeded.below(8), at);
      out[at] = static_cast<char>(out[at] ^ (1 << (Seeded(seed + 1).below(8))));
      break;
    case 4:
      told = fmt::format("4 bytes at {}", at);
      noise(at, 4);
      break;
    case 5:
      told = fmt::format("64 bytes at {}", at);
      noise(at, 64);
      break;
    case 6:
      told = fmt::format("a sector of zeros at {}", at / 512 * 512);
      out.replace(at / 512 * 512, 512, 512, '\0');
      break;
    case 7:
      told = fmt::format("page {} of noise", at / page_bytes + 1);
      noise(at / page_bytes * page_bytes, page_bytes);
      break;
    case 8: {
      const std::size_t from = seeded.below(file.size()) / page_bytes * page_bytes;
      told = fmt::format("page {} in place of page {}", from / page_bytes + 1, at / page_bytes + 1);
      out.replace(at / page_bytes * page_bytes, page_bytes, file, from, page_bytes);
      break;
    }
    case 9:
      told = fmt::format("cut to {} bytes", at);
      out.resize(at);
      break;
  }
  return out;
}

std::string run_damage(std::uint64_t seed, DamageTally& tally) {
  std::string told;
  const std::string file = hit(sample().file, seed, told);
  const std::string fault = check_hit(file, tally);
  if (fault.empty()) return "";
  return fmt::format("{}: {}\n  build/release/crash --damage --from {} --rounds 1", told, fault,
                     seed);
}

}  // namespace pharos::crash
