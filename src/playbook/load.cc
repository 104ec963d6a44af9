// playbook/load.cc: the steps from documents to a checked playbook.
#include "playbook/load.h"

#include <fmt/format.h>

#include "base/text.h"
#include "playbook/documents.h"
#include "playbook/draft.h"

namespace pharos::playbook {
namespace {

void check_present(const Sections& sections, const std::string& file, Faults& faults) {
  if (!sections.playbook)
    faults.error({file, 0, 0}, "the playbook has no name",
                 "Add a line such as playbook: marketplace.");
  if (sections.tracks.empty())
    faults.warning({file, 0, 0}, "the playbook has no tracks, so no account has a place in it");
}

}  // namespace

Loaded load(const std::string& path, const Reader& reader) {
  Loaded loaded;
  Faults faults;
  Documents documents;
  if (read_documents(path, reader, faults, documents)) {
    const Sections sections = merge_sections(documents, faults);
    check_present(sections, path, faults);
    Draft draft{.faults = faults,
                .book = {},
                .nodes = {},
                .goal_metrics = {},
                .segment_rules = {},
                .metric_rules = {}};
    read_header(draft, sections);
    read_types(draft, sections);
    read_tracks(draft, sections);
    read_segments(draft, sections);
    read_metrics(draft, sections);
    resolve_order(draft);
    compile_rules(draft);
    check_metrics(draft, sections);
    if (!faults.has_error()) loaded.playbook = std::move(draft.book);
  }
  loaded.diagnostics = faults.take(documents.files);
  loaded.sources = std::move(documents.sources);
  return loaded;
}

Loaded load(const std::vector<Source>& sources) {
  if (sources.empty())
    return {.playbook = {},
            .diagnostics = {{Severity::error, {}, "there is no playbook", ""}},
            .sources = {}};
  const Reader reader = [&](const std::string& path) -> Result<std::string> {
    for (const Source& source : sources)
      if (source.path == path) return source.text;
    return fail(ErrorCode::not_found, "no such document");
  };
  return load(sources.front().path, reader);
}

}  // namespace pharos::playbook
