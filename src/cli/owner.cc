// cli/owner.cc: pharos owner: a link for the owner of a workspace, the first time or when they are
// locked out.
#include "access/operators.h"
#include "access/schema.h"
#include "base/document.h"
#include "cli/commands.h"

namespace pharos::cli {

Result<Exit> run_owner(const Shell& shell, const OwnerOptions& options) {
  const auto room = TRY(access::open_room(options.dir));
  const std::string token =
      TRY(access::restore_owner(*room, options.email, options.without_second_factor,
                                {.actor = {}, .address = "", .now = shell.now}));
  const std::string link = options.url + "/sign-in?link=" + token;
  if (shell.json) {
    Document document;
    document.open_object();
    document.key("email").text(options.email);
    document.key("link").text(link);
    document.close_object();
    shell.write(document.take());
    return Exit::done;
  }
  shell.tell({"{}\n  (works once; whoever has it becomes {})\n",
              "{}\n  （只能使用一次；持有者即成为 {}）\n"},
             link, options.email);
  return Exit::done;
}

}  // namespace pharos::cli
