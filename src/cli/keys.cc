// cli/keys.cc: pharos keys: who may call the server of a workspace.
#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/document.h"
#include "cli/table.h"
#include "server/keys.h"

namespace pharos::cli {
namespace {

using server::KeyRow;
using server::Scope;

std::string scopes_text(const std::vector<Scope>& scopes) {
  std::string text;
  for (const Scope scope : scopes)
    text += (text.empty() ? "" : ",") + std::string(server::name_of(scope));
  return text;
}

std::string_view state_of(const KeyRow& row, Instant now) {
  if (row.revoked_at) return "revoked";
  return row.expires_at <= now ? "expired" : "active";
}

void put_row(Document& document, const KeyRow& row, Instant now) {
  document.key("name").text(row.name);
  document.key("scopes").open_list();
  for (const Scope scope : row.scopes) document.text(server::name_of(scope));
  document.close_list();
  document.key("state").text(state_of(row, now));
  document.key("created_at").text(format_instant(row.created_at));
  document.key("expires_at").text(format_instant(row.expires_at));
}

Result<Exit> add(const Shell& shell, server::KeyStore& store, const KeysOptions& options) {
  std::vector<Scope> scopes;
  for (const std::string_view name : split(options.scope, ',')) {
    const auto scope = server::scope_of(trimmed(name));
    if (!scope)
      return shell.misused("there is no scope {}; expected events:write or metrics:read",
                           quoted(trimmed(name)));
    scopes.push_back(*scope);
  }
  const auto lifetime = parse_duration(options.expires);
  if (!lifetime) return shell.misused("--expires: {}", lifetime.error().message);
  const KeyRow row{options.name, scopes, shell.now, shell.now + *lifetime};
  const std::string secret = TRY(store.add(row.name, scopes, row.created_at, row.expires_at));
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
             secret, scopes_text(scopes), format_instant(row.expires_at).substr(0, 10));
  return Exit::done;
}

Result<Exit> list(const Shell& shell, server::KeyStore& store) {
  const std::vector<KeyRow> rows = TRY(store.list());
  if (shell.json) {
    Document document;
    document.open_list();
    for (const KeyRow& row : rows) {
      document.open_object();
      put_row(document, row, shell.now);
      document.close_object();
    }
    document.close_list();
    shell.write(document.take());
    return Exit::done;
  }
  Table table({{std::string(shell.say({"name", "名称"}))},
               {std::string(shell.say({"scopes", "权限"}))},
               {std::string(shell.say({"state", "状态"}))},
               {std::string(shell.say({"expires", "有效期至"}))}});
  for (const KeyRow& row : rows)
    table.add({row.name, scopes_text(row.scopes), std::string(state_of(row, shell.now)),
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
  server::KeyStore store = TRY(server::KeyStore::open(options.dir));
  if (options.act == "list") return list(shell, store);
  if (options.act == "add") return add(shell, store, options);
  TRY(store.revoke(options.name, shell.now));
  shell.tell({"{} is revoked; a running server refuses it within a second\n",
              "{} 已吊销；运行中的服务将在一秒内拒绝它\n"},
             options.name);
  return Exit::done;
}

}  // namespace pharos::cli
