// cli/serve.cc: pharos serve: a workspace as a service until a signal ends it.
#include <chrono>

#include "access/schema.h"
#include "cli/commands.h"
#include "cli/progress_bar.h"
#include "cli/settings.h"
#include "journal/workspace.h"
#include "server/server.h"

namespace pharos::cli {
namespace {

Instant wall_clock() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

}  // namespace

Result<Exit> run_serve(const Shell& shell, const ServeOptions& options) {
  server::ServerOptions parts;
  parts.settings = TRY(load_settings(shell, options.config, options.listen));
  parts.clock = wall_clock;
  if (options.open && !server::is_loopback(*server::parse_address(parts.settings.listen)))
    return shell.misused(
        "--open takes events from anybody, so it needs a loopback address; {} is "
        "none\n  Leave --open out and make a key: pharos keys add {} --name NAME",
        parts.settings.listen, options.dir);
  {
    ProgressBar bar(shell, std::string(shell.say({"Opening", "打开"})), Unit::events);
    parts.workspace = TRY(journal::Workspace::open_to_write(
        options.dir, [&](std::uint64_t done, std::uint64_t total) { bar.update(done, total); }));
  }
  parts.room = TRY(access::open_room(options.dir));
  if (!options.open) parts.keys = TRY(server::stored_keys(options.dir));
  const auto server = TRY(server::Server::open(std::move(parts)));
  shell.tell({"Pharos serves {} at {}\n", "Pharos 正在 {1} 提供 {0}\n"}, options.dir,
             server->url());
  std::fflush(shell.out);
  TRY(server->run());
  shell.tell({"Stopped; everything that was acknowledged is in {}\n",
              "已停止；所有已确认的事件都在 {} 中\n"},
             options.dir);
  return Exit::done;
}

}  // namespace pharos::cli
