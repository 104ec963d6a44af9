// journal/seal.cc: what the sums are of. docs/journal.md has the keys of `meta`.
#include "journal/seal.h"

#include <algorithm>
#include <map>

#include "base/hash.h"
#include "base/text.h"
#include "journal/rooms.h"

namespace pharos::journal {
namespace {

using store::Database;

constexpr std::string_view schema_key = "schema_sum";
constexpr std::string_view playbook_key = "playbook ";

// A sum over texts that cannot run into each other.
class Sum {
 public:
  void add(std::string_view text) { text_ += fmt::format("{}:{}", text.size(), text); }
  std::string text() const { return fmt::format("{:016x}", hash64(text_)); }

 private:
  std::string text_;
};

Result<std::string> schema_sum(Database& database) {
  auto query = TRY(database.prepare(
      "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name"));
  TRY(query->query({}));
  Sum sum;
  while (TRY(query->step()))
    for (int i = 0; i < 4; ++i) sum.add(query->text(i));
  return sum.text();
}

// "1764025577123 0123456789abcdef": when it was published, and the sum of its documents.
Result<std::string> playbook_seal(Database& database, int version) {
  auto published = TRY(database.prepare("SELECT published_at FROM playbook WHERE version = ?"));
  TRY(published->query_with(std::int64_t{version}));
  std::string seal = "0";
  while (TRY(published->step())) seal = published->text(0);
  auto query = TRY(database.prepare(
      "SELECT path, text, position FROM playbook_source WHERE version = ? ORDER BY position"));
  TRY(query->query_with(std::int64_t{version}));
  std::vector<playbook::Source> sources;
  while (TRY(query->step())) {
    if (query->integer(2) != static_cast<std::int64_t>(sources.size())) return seal;  // A gap.
    sources.push_back({std::string(query->text(0)), std::string(query->text(1))});
  }
  return seal + " " + documents_sum(sources);
}

Result<> store_sum(Database& database, std::string_view key, std::string_view sum) {
  auto insert = TRY(database.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)"));
  return insert->run_with(key, sum);
}

Result<std::map<std::string, std::string>> read_meta(Database& database) {
  std::map<std::string, std::string> meta;
  auto query = TRY(database.prepare("SELECT key, value FROM meta"));
  TRY(query->query({}));
  while (TRY(query->step())) meta.emplace(query->text(0), query->text(1));
  return meta;
}

Result<std::vector<std::int64_t>> versions_of(Database& database, std::string_view table) {
  std::vector<std::int64_t> versions;
  auto query =
      TRY(database.prepare(fmt::format("SELECT DISTINCT version FROM {} ORDER BY version", table)));
  TRY(query->query({}));
  while (TRY(query->step())) versions.push_back(query->integer(0));
  return versions;
}

}  // namespace

std::string playbook_seal_key(int version) {
  return fmt::format("{}{}", playbook_key, version);
}

std::optional<PlaybookSeal> read_playbook_seal(std::string_view value) {
  const auto parts = split(value, ' ');
  const auto published = parse_int64(parts[0]);
  if (parts.size() != 2 || !published) return std::nullopt;
  return PlaybookSeal{{*published}, std::string(parts[1])};
}

std::string documents_sum(const std::vector<playbook::Source>& sources) {
  Sum sum;
  for (const playbook::Source& source : sources) {
    sum.add(source.path);
    sum.add(source.text);
  }
  return sum.text();
}

Result<> seal_schema(Database& database) {
  return store_sum(database, schema_key, TRY(schema_sum(database)));
}

Result<> seal_playbook(Database& database, int version) {
  return store_sum(database, playbook_seal_key(version), TRY(playbook_seal(database, version)));
}

Result<> check_playbook_seal(Database& database, const std::string& path, int version) {
  auto query = TRY(database.prepare("SELECT value FROM meta WHERE key = ?"));
  const std::string key = playbook_seal_key(version);
  TRY(query->query_with(std::string_view(key)));
  if (!TRY(query->step())) return {};
  const std::string sealed(query->text(0));
  if (sealed == TRY(playbook_seal(database, version))) return {};
  return fail(
      ErrorCode::corrupt,
      "{}: playbook version {}: its documents are not those that were stored; pharos repair "
      "keeps what is sound",
      path, version);
}

Result<std::vector<std::string>> check_seals(Database& database) {
  std::vector<std::string> faults;
  const auto published = TRY(versions_of(database, "playbook"));
  if (published != TRY(versions_of(database, "playbook_source")))
    faults.push_back("playbook: its versions are not those of its documents");
  for (const auto& [key, sum] : TRY(read_meta(database))) {
    if (key == "application" || key == "schema") continue;
    if (key == schema_key) {
      if (sum != TRY(schema_sum(database)))
        faults.push_back("meta: the text of the tables and views is not what it was made as");
      continue;
    }
    if (key.starts_with(room_key)) {
      if (parse_int64(sum).value_or(0) < 1)
        faults.push_back(fmt::format("meta {}: {} is no version", quoted(key), quoted(sum)));
      continue;
    }
    const auto version = key.starts_with(playbook_key)
                             ? parse_int64(std::string_view(key).substr(playbook_key.size()))
                             : std::nullopt;
    if (!version || std::ranges::find(published, *version) == published.end())
      faults.push_back(fmt::format("meta {}: there is no such key", quoted(key)));
    else if (sum != TRY(playbook_seal(database, static_cast<int>(*version))))
      faults.push_back(
          fmt::format("playbook {}: its documents are not those that were stored", *version));
  }
  return faults;
}

}  // namespace pharos::journal
