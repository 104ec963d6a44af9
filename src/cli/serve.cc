// cli/serve.cc: pharos serve: a workspace as a service until a signal ends it.
#include <chrono>

#include "access/operators.h"
#include "access/publish.h"
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

// On the terminal of whoever started the server, and nowhere else. Links of earlier starts are
// void.
Result<> show_first_link(const Shell& shell, const std::string& dir, const std::string& url) {
  const auto room = TRY(access::open_room(dir));
  if (TRY(access::has_owner(*room))) return {};
  const std::string token = TRY(access::make_first_owner(
      *room, "owner@localhost", {.actor = {}, .address = "", .now = shell.now}));
  shell.tell({"Nobody can sign in yet. Become the owner with this link; it works once, for a day:\n"
              "  {}/sign-in?link={}\n",
              "还没有人可以登录。请用下面的链接成为所有者；链接一天内有效，只能使用一次：\n"
              "  {}/sign-in?link={}\n"},
             url, token);
  return {};
}

Result<std::unique_ptr<server::Server>> open_server(const Shell& shell, const ServeOptions& options,
                                                    const server::Settings& settings) {
  server::ServerOptions parts;
  parts.settings = settings;
  parts.clock = wall_clock;
  {
    ProgressBar bar(shell, std::string(shell.say({"Opening", "打开"})), Unit::events);
    parts.workspace = TRY(journal::Workspace::open_to_write(
        options.dir, [&](std::uint64_t done, std::uint64_t total) { bar.update(done, total); }));
  }
  parts.room = TRY(access::open_room(options.dir));
  parts.door = TRY(access::open_room(options.dir));
  if (!options.open) parts.keys = TRY(server::stored_keys(options.dir));
  return server::Server::open(std::move(parts));
}

// What cannot be published leaves everything as it was: the server goes on with the version before.
void publish(const Shell& shell, const ServeOptions& options, server::Publication wanted) {
  shell.tell({"Publishing another version of the playbook\n", "正在发布新版规则\n"});
  std::fflush(shell.out);
  ProgressBar bar(shell, std::string(shell.say({"Telling history anew", "重算历史"})),
                  Unit::events);
  const auto report = access::publish(
      options.dir, wanted.sources, {.version_before = wanted.version_before, .note = wanted.note},
      wanted.caller, [&](std::uint64_t done, std::uint64_t total) { bar.update(done, total); });
  if (!report)
    fmt::print(shell.err, "pharos: not published: {}\n", report.error().message);
  else
    shell.tell({"Version {} of the playbook is published\n", "已发布规则版本 {}\n"},
               report->version);
}

}  // namespace

Result<Exit> run_serve(const Shell& shell, const ServeOptions& options) {
  server::Settings settings = TRY(load_settings(shell, options.config, options.listen));
  if (options.open && !server::is_loopback(*server::parse_address(settings.listen)))
    return shell.misused(
        "--open takes events from anybody, so it needs a loopback address; {} is "
        "none\n  Leave --open out and make a key: pharos keys add {} --name NAME",
        settings.listen, options.dir);
  for (bool is_first = true;; is_first = false) {
    auto server = TRY(open_server(shell, options, settings));
    shell.tell({"Pharos serves {} at {}\n", "Pharos 正在 {1} 提供 {0}\n"}, options.dir,
               server->url());
    if (is_first && !options.open) TRY(show_first_link(shell, options.dir, server->url()));
    std::fflush(shell.out);
    settings.listen = server->address();  // The same port, also if it was the system's choice.
    TRY(server->run());
    std::optional<server::Publication> wanted = server->take_publication();
    server.reset();  // Lets go of the workspace.
    if (!wanted) break;
    publish(shell, options, *std::move(wanted));
  }
  shell.tell({"Stopped; everything that was acknowledged is in {}\n",
              "已停止；所有已确认的事件都在 {} 中\n"},
             options.dir);
  return Exit::done;
}

}  // namespace pharos::cli
