// cli/keys.cc: pharos keys: who may call the server of a workspace.
#include <fmt/ranges.h>

#include <algorithm>

#include "access/keys.h"
#include "access/schema.h"
#include "base/document.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "journal/workspace.h"

namespace pharos::cli {
namespace {

using access::ApiKey;

std::string permissions_text(const ApiKey& key) {
  return fmt::format("{}", fmt::join(access::grant_names(key.grants), ","));
}

std::string_view state_of(const ApiKey& row, Instant now) {
  if (row.revoked_at) return "revoked";
  return row.expires_at <= now ? "expired" : "active";
}

void put_row(Document& document, const ApiKey& row, Instant now) {
  document.key("name").text(row.name);
  document.key("permissions").open_list();
  for (const std::string& name : access::grant_names(row.grants)) document.text(name);
  document.close_list();
  document.key("rows").text(row.scope);
  document.key("state").text(state_of(row, now));
  document.key("created_at").text(format_instant(row.created_at));
  document.key("expires_at").text(format_instant(row.expires_at));
}

// From the command line: whoever can write the file is its owner.
access::Caller caller_of(const Shell& shell) {
  return {.actor = {}, .address = "", .now = shell.now};
}

Result<Exit> add(const Shell& shell, store::Database& room, const KeysOptions& options) {
  std::string names = options.scope;
  std::ranges::replace(names, ',', ' ');
  const auto grants = access::parse_grants(names);
  if (!grants) return shell.misused("--scope: {}", grants.error().message);
  const auto lifetime = parse_duration(options.expires);
  if (!lifetime) return shell.misused("--expires: {}", lifetime.error().message);
  const auto workspace = TRY(journal::Workspace::open_to_read(options.dir));
  const ApiKey row{.name = options.name,
                   .grants = *grants,
                   .scope = options.rows,
                   .created_at = shell.now,
                   .expires_at = shell.now + *lifetime};
  const std::string secret =
      TRY(access::add_key(room, nullptr, row, workspace->playbook().schema, caller_of(shell)));
  if (shell.json) {
    Document document;
    document.open_object();
    put_row(document, row, shell.now);
    document.key("secret").text(secret);
    document.close_object();
    shell.write(document.take());
    return Exit::done;
  }
  shell.tell({"{} (shown this once; it may do {} until {})\n",
              "{}（仅显示这一次；权限 {}，有效期至 {}）\n"},
             secret, permissions_text(row), format_instant(row.expires_at).substr(0, 10));
  return Exit::done;
}

Result<Exit> list(const Shell& shell, store::Database& room) {
  const std::vector<ApiKey> rows = TRY(access::list_keys(room));
  if (shell.json) {
    Document document;
    document.open_list();
    for (const ApiKey& row : rows) {
      document.open_object();
      put_row(document, row, shell.now);
      document.close_object();
    }
    document.close_list();
    shell.write(document.take());
    return Exit::done;
  }
  Table table({{std::string(shell.say({"name", "名称"}))},
               {std::string(shell.say({"permissions", "权限"}))},
               {std::string(shell.say({"state", "状态"}))},
               {std::string(shell.say({"expires", "有效期至"}))}});
  for (const ApiKey& row : rows)
    table.add({row.name, permissions_text(row), std::string(state_of(row, shell.now)),
               format_instant(row.expires_at).substr(0, 10)});
  if (table.empty())
    shell.tell({"There are no keys yet; pharos keys add makes one.\n",
                "还没有密钥；用 pharos keys add 创建。\n"});
  else
    shell.write(table.text());
  return Exit::done;
}

}  // namespace

Result<Exit> run_keys(const Shell& shell, const KeysOptions& options) {
  if (options.act != "list" && options.name.empty())
    return shell.misused("pharos keys {} needs --name", options.act);
  const auto room = TRY(access::open_room(options.dir));
  if (options.act == "list") return list(shell, *room);
  if (options.act == "add") return add(shell, *room, options);
  TRY(access::revoke_key(*room, nullptr, options.name, caller_of(shell)));
  shell.tell({"{} is revoked; a running server refuses it within a second\n",
              "{} 已吊销；运行中的服务将在一秒内拒绝它\n"},
             options.name);
  return Exit::done;
}

}  // namespace pharos::cli
