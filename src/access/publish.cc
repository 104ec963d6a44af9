// access/publish.cc: the row beside the version.
#include "access/publish.h"

#include "access/audit.h"
#include "access/fields.h"
#include "access/schema.h"

namespace pharos::access {

Result<journal::PublishReport> publish(const std::string& dir,
                                       const std::vector<playbook::Source>& sources,
                                       const Publishing& publishing, const Caller& caller,
                                       const journal::Progress& progress) {
  TRY(open_room(dir));  // Its tables are there from then on.
  const auto note = [&](store::Database& database, int version) -> Result<> {
    const std::string subject = fmt::format("playbook {}", version);
    const std::string before = Fields().number("version", version - 1).take();
    const std::string after =
        Fields().number("version", version).text("note", publishing.note).take();
    return append_audit(
        database, caller,
        {.action = "playbook.publish", .subject = subject, .before = before, .after = after});
  };
  return journal::publish(dir, sources,
                          {.now = caller.now,
                           .version_before = publishing.version_before,
                           .also = note,
                           .progress = progress});
}

}  // namespace pharos::access
