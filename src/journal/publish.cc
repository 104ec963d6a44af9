// journal/publish.cc: the derived tables dropped and told anew, beside the stored documents.
#include "journal/publish.h"

#include "journal/blocks.h"
#include "journal/derive.h"
#include "journal/lock.h"
#include "journal/playbooks.h"
#include "journal/schema.h"
#include "journal/seal.h"

namespace pharos::journal {
namespace {

using store::Database;

Result<> replace_tables(Database& database, const playbook::Playbook& playbook,
                        const Progress& progress) {
  for (const DerivedTable& table : derived_tables())
    TRY(database.execute(fmt::format("DROP TABLE {}", table.name)));
  TRY(create_derived(database, playbook));
  TRY(widen_schema(database, playbook));  // Its views, and the seal of all.
  return derive_rows(database, database, playbook, {}, progress);
}

Result<> check_currency(const playbook::Playbook& before, const playbook::Playbook& after,
                        std::uint64_t events) {
  if (events == 0 || before.schema.currency.code == after.schema.currency.code) return {};
  return fail(ErrorCode::invalid,
              "the journal's amounts are in {}, the new playbook's in {}; a currency cannot change "
              "once there are events: make a new workspace",
              before.schema.currency.code, after.schema.currency.code);
}

}  // namespace

Result<PublishReport> publish(const std::string& dir, const std::vector<playbook::Source>& sources,
                              const PublishOptions& options) {
  const playbook::Playbook playbook = TRY(load_checked(sources));
  const std::string path = dir + "/pharos.db";
  const Lock lock = TRY(Lock::take(dir));
  auto opened = store::open_sqlite(path, store::OpenMode::write);
  if (!opened && opened.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found, "{}: there is no workspace; pharos init makes one", dir);
  if (!opened) return std::unexpected(opened.error());
  Database& database = **opened;
  TRY(check_schema(database, path));
  const Version present = TRY(newest_playbook(database, path));
  if (options.version_before != 0 && options.version_before != present.number)
    return fail(ErrorCode::conflict,
                "version {} of the playbook was published since version {} was read; look at it "
                "first",
                present.number, options.version_before);
  PublishReport report{.version = present.number, .was_same = true};
  report.events = TRY(read_totals(database)).events;
  if (documents_sum(sources) == present.documents) return report;
  TRY(check_currency(present.playbook, playbook, report.events));

  report.version = present.number + 1;
  report.was_same = false;
  TRY(database.begin());
  const auto replace = [&]() -> Result<> {
    TRY(store_playbook(database, report.version, options.now, sources));
    TRY(replace_tables(database, playbook, options.progress));
    if (options.also) TRY(options.also(database, report.version));
    return database.commit();
  };
  if (Result<> replaced = replace(); !replaced) {
    static_cast<void>(database.rollback());  // The file is as it was either way.
    return std::unexpected(replaced.error());
  }
  TRY(database.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  return report;
}

Result<StoredPlaybook> stored_playbook(Database& database, int version) {
  auto query = TRY(
      database.prepare("SELECT version, published_at FROM playbook WHERE version = ?1 OR ?1 = 0 "
                       "ORDER BY version DESC LIMIT 1"));
  TRY(query->query_with(std::int64_t{version}));
  if (!TRY(query->step()))
    return fail(ErrorCode::not_found, "there is no version {} of the playbook", version);
  StoredPlaybook stored{.version = static_cast<int>(query->integer(0)),
                        .published_at = {query->integer(1)},
                        .sources = {}};
  stored.sources = TRY(read_sources(database, stored.version));
  return stored;
}

Result<std::vector<StoredPlaybook>> stored_playbooks(Database& database) {
  auto query =
      TRY(database.prepare("SELECT version, published_at FROM playbook ORDER BY version DESC"));
  TRY(query->query({}));
  std::vector<StoredPlaybook> all;
  while (TRY(query->step()))
    all.push_back({.version = static_cast<int>(query->integer(0)),
                   .published_at = {query->integer(1)},
                   .sources = {}});
  return all;
}

}  // namespace pharos::journal
