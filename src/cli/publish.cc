// cli/publish.cc: pharos publish: another version of the playbook over the whole history.
#include "access/publish.h"

#include "access/audit.h"
#include "access/fields.h"
#include "access/schema.h"
#include "base/document.h"
#include "cli/commands.h"
#include "cli/faults.h"
#include "cli/files.h"
#include "cli/population.h"
#include "cli/progress_bar.h"
#include "cli/show.h"

namespace pharos::cli {
Result<Exit> run_publish(const Shell& shell, const PublishOptions& options) {
  const playbook::Loaded loaded = playbook::load(options.playbook, read_document);
  show_faults(shell, loaded.diagnostics, texts_of(loaded, options.playbook));
  if (!loaded.playbook)
    return fail(ErrorCode::invalid, "{} has faults; nothing was published", options.playbook);
  journal::PublishReport report;
  {
    ProgressBar bar(shell, std::string(shell.say({"Telling history anew", "重算历史"})),
                    Unit::events);
    report = TRY(access::publish(
        options.dir, loaded.sources, {}, {.actor = {}, .address = "", .now = shell.now},
        [&](std::uint64_t done, std::uint64_t total) { bar.update(done, total); }));
  }
  if (report.events > 0 && !report.was_same) TRY(refresh_history(shell, options.dir));
  if (shell.json) {
    Document document;
    document.open_object();
    document.key("version").integer(report.version);
    document.key("was_same").boolean(report.was_same);
    document.key("events").count(report.events);
    document.close_object();
    shell.write(document.take());
  } else if (report.was_same) {
    shell.tell({"{} has these rules already, as version {}; nothing was changed\n",
                "{} 已采用这些规则（版本 {}），未作改动\n"},
               options.dir, report.version);
  } else {
    shell.tell({"{0} goes by version {1} now; {3} were told anew under it\n",
                "{0} 现采用版本 {1}；已按新规则重算 {2} 个事件\n"},
               options.dir, report.version, count_text(report.events),
               counted(report.events, "event"));
  }
  return Exit::done;
}

}  // namespace pharos::cli
