// journal/playbooks.cc: documents to and from their tables.
#include "journal/playbooks.h"

#include "base/excerpt.h"
#include "journal/seal.h"

namespace pharos::journal {

Result<playbook::Playbook> load_checked(const std::vector<playbook::Source>& sources) {
  playbook::Loaded loaded = playbook::load(sources);
  if (loaded.playbook) return *std::move(loaded.playbook);
  std::string message;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.severity != Severity::error) continue;
    message += (message.empty() ? "" : "\n") + format_diagnostic(diagnostic);
    for (const playbook::Source& source : sources)
      if (source.path == diagnostic.place.file)
        message += format_excerpt(excerpt_at(source.text, diagnostic.place));
  }
  return fail(ErrorCode::invalid, "{}", message);
}

Result<> store_playbook(store::Database& database, int version, Instant published_at,
                        const std::vector<playbook::Source>& sources) {
  auto insert = TRY(database.prepare("INSERT INTO playbook VALUES (?, ?)"));
  TRY(insert->run_with(std::int64_t{version}, published_at.ms));
  auto source = TRY(database.prepare("INSERT INTO playbook_source VALUES (?, ?, ?, ?)"));
  std::int64_t position = 0;
  for (const playbook::Source& one : sources)
    TRY(source->run_with(std::int64_t{version}, position++, std::string_view(one.path),
                         std::string_view(one.text)));
  return seal_playbook(database, version);
}

Result<std::vector<playbook::Source>> read_sources(store::Database& database, int version) {
  auto query = TRY(database.prepare(
      "SELECT path, text FROM playbook_source WHERE version = ? ORDER BY position"));
  TRY(query->query_with(std::int64_t{version}));
  std::vector<playbook::Source> sources;
  while (TRY(query->step()))
    sources.push_back({std::string(query->text(0)), std::string(query->text(1))});
  return sources;
}

Result<Version> newest_playbook(store::Database& database, const std::string& path) {
  auto newest = TRY(database.prepare("SELECT max(version) FROM playbook"));
  TRY(newest->query({}));
  if (!TRY(newest->step()) || newest->is_null(0))
    return fail(ErrorCode::corrupt, "{}: holds no playbook", path);
  const std::int64_t version = newest->integer(0);
  TRY(check_playbook_seal(database, path, static_cast<int>(version)));
  const auto sources = TRY(read_sources(database, static_cast<int>(version)));
  return Version{static_cast<int>(version), TRY(load_checked(sources)), documents_sum(sources)};
}

}  // namespace pharos::journal
