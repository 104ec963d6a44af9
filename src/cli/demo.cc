// cli/demo.cc: pharos demo: a workspace with a year of a marketplace, and a walk through it.
#include <filesystem>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/demo_tour.h"
#include "cli/packs.h"
#include "cli/population.h"
#include "cli/progress_bar.h"
#include "cli/show.h"
#include "demo/market.h"
#include "journal/workspace.h"

namespace pharos::cli {
namespace {

constexpr std::string_view default_dir = "pharos-demo";

bool is_workspace(const std::string& dir) {
  std::error_code ignored;
  return std::filesystem::exists(dir + "/pharos.db", ignored);
}

// A folder that is a workspace, is empty or is not there; `pharos-demo`, else `pharos-demo-2`, ...
std::string choose_dir(const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  std::error_code ignored;
  std::string dir(default_dir);
  for (int i = 2; !is_workspace(dir) && std::filesystem::exists(dir, ignored) &&
                  !std::filesystem::is_empty(dir, ignored);
       ++i)
    dir = fmt::format("{}-{}", default_dir, i);
  return dir;
}

// The market ends with the last midnight of the playbook's zone, so that it looks alive today.
Result<> build(const Shell& shell, const DemoOptions& options, const std::string& dir) {
  const playbook::Loaded pack = TRY(load_pack("platform"));
  const Instant end = pack.playbook->schema.zone.start_of(Period::day, shell.now);
  shell.tell(
      {"Making a year of {} merchants in {} ...\n", "正在 {1} 中生成 {0} 家商户一年的数据……\n"},
      count_text(options.merchants), dir);
  std::fflush(shell.out);
  const demo::Market market(*pack.playbook, {.seed = options.seed,
                                             .merchants = options.merchants,
                                             .days = 365,
                                             .volume = 1'000,
                                             .until = end - Duration{1}});
  TRY(journal::Workspace::create(dir, pack.sources));
  ProgressBar bar(shell, std::string(shell.say({"Importing", "导入"})), Unit::events);
  const auto workspace = TRY(journal::Workspace::open_to_write(dir, {}));
  std::uint64_t done = 0;
  Result<> fed = market.each_batch([&](engine::EventBatch batch) -> Result<> {
    done += batch.events.size();
    const journal::Receipt receipt = TRY(workspace->append(std::move(batch)));
    ASSERT(receipt.duplicates == 0 && receipt.conflicts.empty());
    bar.update(done, market.event_count());
    return {};
  });
  TRY(std::move(fed));
  TRY(workspace->tick(end));
  return workspace->save_snapshot();
}

// Built, and its history arranged for the first question.
Result<> make_ready(const Shell& shell, const DemoOptions& options, const std::string& dir) {
  TRY(build(shell, options, dir));
  return refresh_history(shell, dir);
}

}  // namespace

Result<Exit> run_demo(const Shell& shell, const DemoOptions& options) {
  const std::string dir = choose_dir(options.dir);
  if (is_workspace(dir))
    shell.tell({"{} is there already; this is what it holds.\n", "{} 已经存在，以下是它的内容。\n"},
               dir);
  else
    TRY(make_ready(shell, options, dir));
  const auto workspace = TRY(journal::Workspace::open_to_read(dir));
  TRY(print_tour(shell, *workspace, dir));
  return Exit::done;
}

}  // namespace pharos::cli
