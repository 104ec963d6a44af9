// crash/world.cc: folders, workspaces and what they say.
#include "crash/world.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "base/text.h"
#include "journal/trial.h"
#include "store/database.h"

namespace pharos::crash {
namespace {

namespace fs = std::filesystem;
using journal::Workspace;

constexpr std::string_view told_tables[] = {"account", "member", "alias", "transition",
                                            "segment_change"};

void tell_rows(store::Database& database, std::string_view table, std::string& text) {
  auto query = database.prepare(fmt::format("SELECT * FROM {} ORDER BY 1, 2, 3", table));
  if (!query || !(*query)->query({})) {
    text += fmt::format("{}: cannot be read\n", table);
    return;
  }
  while (true) {
    const auto row = (*query)->step();
    if (!row) text += row.error().message + "\n";
    if (!row || !*row) return;
    text += table;
    for (int i = 0; i < (*query)->column_count(); ++i)
      text += fmt::format(" {}", (*query)->is_null(i) ? "-" : (*query)->text(i));
    text += "\n";
  }
}

std::string text_of(const cel::Property& property, engine::Cell cell,
                    const engine::EventBatch& batch) {
  switch (property.type) {
    case cel::PropertyType::string: return std::string(batch.view(engine::text_of(cell)));
    case cel::PropertyType::enum_: return property.values[static_cast<std::size_t>(cell)];
    default: return fmt::format("{}", cell);
  }
}

std::string told_event(const playbook::Playbook& book, const engine::EventBatch& batch,
                       std::size_t i) {
  const engine::Event& event = batch.events[i];
  const cel::EventType& type = book.schema.events[event.type];
  const std::string_view member = batch.view(event.member);
  std::string text = fmt::format("{} {} {} {} {} {}", batch.seq_first + i, batch.view(event.id),
                                 batch.view(event.account), member.empty() ? "-" : member,
                                 type.name, format_instant(event.time));
  for (std::size_t p = 0; p < type.properties.size(); ++p) {
    const engine::Cell cell = batch.cells[event.cells + p];
    if (cell != engine::cell_absent && cell != engine::cell_null)
      text +=
          fmt::format(" {}={}", type.properties[p].name, text_of(type.properties[p], cell, batch));
  }
  if (event.extra.size > 0) text += fmt::format(" {}", batch.view(event.extra));
  return text;
}

// The first line of two texts that is not the same.
std::string difference(std::string_view wanted, std::string_view found) {
  const auto a = split(wanted, '\n'), b = split(found, '\n');
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const std::string_view left = i < a.size() ? a[i] : "(nothing)";
    const std::string_view right = i < b.size() ? b[i] : "(nothing)";
    if (left != right) return fmt::format("wanted \"{}\", found \"{}\"", left, right);
  }
  return "";
}

// A workspace in peace that was told the first batches.
class Peace {
 public:
  Peace() : folder_("peace") {
    make_workspace(folder_.path());
    workspace_ = *Workspace::open_to_write(folder_.path(), {});
  }
  std::string tell(const Feed& feed, std::size_t batches) {
    for (; told_ < batches; ++told_)
      if (const auto receipt = workspace_->append(feed.batch(told_)); !receipt)
        return receipt.error().message;
    if (const auto flushed = workspace_->flush(); !flushed) return flushed.error().message;
    return told(*workspace_, folder_.path());
  }

 private:
  Folder folder_;
  std::unique_ptr<Workspace> workspace_;
  std::size_t told_ = 0;
};

}  // namespace

Folder::Folder(std::string_view name) {
  static std::atomic<int> count = 0;
  const bool in_memory = ::access("/dev/shm", W_OK) == 0;
  path_ = fmt::format("{}/pharos-crash-{}-{}-{}",
                      in_memory ? "/dev/shm" : fs::temp_directory_path().string(), ::getpid(),
                      ++count, name);
  fs::remove_all(path_);
  fs::create_directories(path_);
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void make_workspace(const std::string& dir) {
  static const Folder made("template");
  static const Result<> created =
      Workspace::create(made.path(), {{"trial.yaml", std::string(journal::trial_playbook)}});
  ASSERT(created.has_value());
  fs::create_directories(dir);
  fs::copy_file(made.path() + "/pharos.db", dir + "/pharos.db",
                fs::copy_options::overwrite_existing);
}

std::string told_events(Workspace& workspace) {
  std::string text;
  const auto take = [&](const engine::EventBatch& batch) -> Result<> {
    for (std::size_t i = 0; i < batch.events.size(); ++i)
      text += told_event(workspace.playbook(), batch, i) + "\n";
    return {};
  };
  if (const auto all = workspace.each_block(take); !all) text += all.error().message + "\n";
  return text;
}

std::string told(Workspace& workspace, const std::string& dir) {
  std::string text = told_events(workspace);
  engine::Fold fold = workspace.make_fold({});
  if (const auto replayed = workspace.replay(fold, {}); !replayed) return replayed.error().message;
  for (std::uint32_t i = 0; i < fold.account_count(); ++i)
    text += fmt::format("state of {}: {:016x}\n", fold.account_id({i}), fold.digest({i}));

  auto database = store::open_sqlite(dir + "/pharos.db", store::OpenMode::read);
  if (!database) return database.error().message;
  for (const std::string_view table : told_tables) tell_rows(**database, table, text);
  return text;
}

std::string check_reopened(const std::string& dir, const Feed& feed, std::size_t acknowledged,
                           std::size_t sent, std::size_t& there) {
  auto opened = Workspace::open_to_write(dir, {});
  if (!opened) return "does not open again: " + opened.error().message;
  Workspace& workspace = **opened;
  const auto stats = workspace.stats();
  if (!stats) return "does not count: " + stats.error().message;
  for (there = acknowledged; there <= sent; ++there)
    if (feed.events_after(there) == stats->events && feed.tick_after(there) == stats->tick) break;
  if (there > sent)
    return fmt::format("holds {} events up to {}; {} batches with {} were acknowledged, {} sent",
                       stats->events, format_instant(stats->tick), acknowledged,
                       feed.events_after(acknowledged), sent);
  const auto report = workspace.verify({});
  if (!report) return "does not verify: " + report.error().message;
  if (!report->faults.empty()) return "verify: " + report->faults.front();
  Peace peace;
  return difference(peace.tell(feed, there), told(workspace, dir));
}

std::string check_resent(const std::string& dir, const Feed& feed, std::size_t batches,
                         std::size_t there) {
  auto opened = Workspace::open_to_write(dir, {});
  if (!opened) return "does not open to be sent again: " + opened.error().message;
  std::uint64_t accepted = 0;
  for (std::size_t i = 0; i < batches; ++i) {
    const auto receipt = (*opened)->append(feed.batch(i));
    if (!receipt) return "does not take what is sent again: " + receipt.error().message;
    if (!receipt->conflicts.empty())
      return fmt::format("batch {} conflicts with itself at {}", i, receipt->conflicts[0].id);
    accepted += receipt->accepted;
  }
  if (const auto flushed = (*opened)->flush(); !flushed) return flushed.error().message;
  const std::uint64_t wanted = feed.events_after(batches) - feed.events_after(there);
  if (accepted != wanted)
    return fmt::format("took {} events that were sent again, {} were missing", accepted, wanted);
  Peace peace;
  return difference(peace.tell(feed, batches), told(**opened, dir));
}

}  // namespace pharos::crash
