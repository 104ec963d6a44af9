// journal/verify.cc: a replay into a scratch database, and a walk along both.
#include "journal/verify.h"

#include <algorithm>

#include "base/text.h"
#include "journal/blocks.h"
#include "journal/replay.h"
#include "journal/rows.h"
#include "journal/schema.h"

namespace pharos::journal {
namespace {

using store::Database;
using store::Statement;

class Faults {
 public:
  explicit Faults(VerifyReport& report) : report_(report) {}
  void add(std::string fault) {
    if (report_.faults.size() < faults_listed_max)
      report_.faults.push_back(std::move(fault));
    else
      ++unlisted_;
  }
  void end() {
    if (unlisted_ > 0) report_.faults.push_back(fmt::format("and {} more", grouped(unlisted_)));
  }

 private:
  VerifyReport& report_;
  std::int64_t unlisted_ = 0;
};

Result<> check_file(Database& database, Faults& faults) {
  auto query = TRY(database.prepare("PRAGMA integrity_check"));
  TRY(query->query({}));
  while (TRY(query->step())) {
    if (query->text(0) != "ok") faults.add(fmt::format("database: {}", query->text(0)));
  }
  return {};
}

// The blocks as bytes: sums, chain and numbers. A sum that does not fit does not end it.
Result<> check_blocks(Database& database, VerifyReport& report, Faults& faults) {
  auto query =
      TRY(database.prepare("SELECT number, seq_first, event_count, checksum, chain, bytes, data"
                           " FROM block ORDER BY number"));
  TRY(query->query({}));
  std::uint64_t chain = 0, seq_next = 1;
  while (TRY(query->step())) {
    const auto number = static_cast<std::uint64_t>(query->integer(0));
    ++report.blocks;
    if (number != report.blocks) {
      faults.add(fmt::format("block {}: block {} is missing before it", number, report.blocks));
      report.blocks = number;
    }
    if (static_cast<std::uint64_t>(query->integer(1)) != seq_next)
      faults.add(fmt::format("block {}: begins with event {}, {} was expected", number,
                             query->integer(1), seq_next));
    seq_next = static_cast<std::uint64_t>(query->integer(1) + query->integer(2));
    report.events += static_cast<std::uint64_t>(query->integer(2));
    const store::Blob data = query->blob(6);
    const std::string_view bytes(reinterpret_cast<const char*>(data.data()), data.size());
    if (static_cast<std::int64_t>(bytes.size()) != query->integer(5))
      faults.add(fmt::format("block {}: has {} bytes, its row says {}", number, bytes.size(),
                             query->integer(5)));
    const std::uint64_t checksum = checksum_of(bytes);
    if (checksum != static_cast<std::uint64_t>(query->integer(3)))
      faults.add(fmt::format("block {}: its bytes do not have the checksum of its row", number));
    chain = chain_of(chain, static_cast<std::uint64_t>(query->integer(3)));
    if (chain != static_cast<std::uint64_t>(query->integer(4)))
      faults.add(fmt::format("block {}: its chain does not follow from the blocks before", number));
    chain = static_cast<std::uint64_t>(query->integer(4));
  }
  return {};
}

// The derived rows once more, from the journal alone.
Result<std::unique_ptr<Database>> derive_again(Database& database,
                                               const playbook::Playbook& playbook,
                                               const Progress& progress) {
  auto scratch = TRY(store::open_sqlite_scratch());
  TRY(create_derived(*scratch, playbook));
  RowWriter rows = TRY(RowWriter::prepare(*scratch, playbook));
  LinkSource links;
  engine::Fold fold(playbook,
                    {.queries = {},
                     .queries_only = false,
                     .history = [&links](engine::AccountNumber a, engine::AccountNumber b) {
                       return links.events_of(a, b);
                     }});
  Replay replay(database, playbook, fold, links, {});
  const auto write = [&](const engine::Effects& effects) -> Result<> {
    return rows.write(rows_of(effects, fold));
  };
  TRY(scratch->begin());
  TRY(replay.run({.block = {}, .effects = write, .progress = progress}));
  TRY(scratch->commit());
  return scratch;
}

bool is_same(const Statement& a, int column_a, const Statement& b, int column_b) {
  if (a.is_null(column_a) || b.is_null(column_b)) return a.is_null(column_a) == b.is_null(column_b);
  return a.text(column_a) == b.text(column_b);
}

std::string shown(const Statement& row, int column) {
  return row.is_null(column) ? "null" : quoted(row.text(column).substr(0, 80));
}

class Comparison {
 public:
  Comparison(Database& stored, Database& derived, const DerivedTable& table, Faults& faults)
      : stored_db_(stored), derived_db_(derived), table_(table), faults_(faults) {}

  // Both tables in the order of their key, side by side.
  Result<std::uint64_t> run() {
    std::string key;
    for (const std::string_view column : table_.key)
      key += (key.empty() ? "" : ", ") + std::string(column);
    auto derived_columns =
        TRY(derived_db_.prepare(fmt::format("SELECT * FROM {} LIMIT 0", table_.name)));
    // By name: the stored table may have columns of attributes that are no longer declared.
    std::string columns;
    for (int i = 0; i < derived_columns->column_count(); ++i)
      columns += (i == 0 ? "" : ", ") + store::quoted_identifier(derived_columns->column_name(i));
    const std::string sql = fmt::format("SELECT {} FROM {} ORDER BY {}", columns, table_.name, key);
    stored_ = TRY(stored_db_.prepare(sql));
    derived_ = TRY(derived_db_.prepare(sql));
    TRY(stored_->query({}));
    TRY(derived_->query({}));
    bool has_stored = TRY(stored_->step()), has_derived = TRY(derived_->step());
    std::uint64_t rows = 0;
    while (has_stored || has_derived) {
      const int order = !has_stored ? 1 : !has_derived ? -1 : compare_keys();
      if (order < 0) {
        faults_.add(
            fmt::format("{} {}: the journal knows of no such row", table_.name, key_of(*stored_)));
      } else if (order > 0) {
        faults_.add(fmt::format("{} {}: the row is missing", table_.name, key_of(*derived_)));
      } else {
        compare_values();
      }
      if (order <= 0) {
        ++rows;
        has_stored = TRY(stored_->step());
      }
      if (order >= 0) has_derived = TRY(derived_->step());
    }
    return rows;
  }

 private:
  // Keys stand first in each table; numbers compare as numbers.
  int compare_keys() const {
    for (int i = 0; i < static_cast<int>(table_.key.size()); ++i) {
      const std::string_view column = table_.key[static_cast<std::size_t>(i)];
      if (column == "slot" || column == "step") {
        if (stored_->integer(i) != derived_->integer(i))
          return stored_->integer(i) < derived_->integer(i) ? -1 : 1;
      } else if (const int order = stored_->text(i).compare(derived_->text(i)); order != 0) {
        return order;
      }
    }
    return 0;
  }
  void compare_values() {
    for (int i = static_cast<int>(table_.key.size()); i < stored_->column_count(); ++i) {
      if (is_same(*stored_, i, *derived_, i)) continue;
      faults_.add(fmt::format("{} {}: {} is {}, the journal says {}", table_.name, key_of(*stored_),
                              stored_->column_name(i), shown(*stored_, i), shown(*derived_, i)));
      return;
    }
  }
  std::string key_of(const Statement& row) const {
    std::string key;
    for (int i = 0; i < static_cast<int>(table_.key.size()); ++i) {
      if (table_.key[static_cast<std::size_t>(i)] == "slot") continue;  // Follows from the account.
      key += (key.empty() ? "" : " ") + std::string(row.text(i));
    }
    return key;
  }

  Database& stored_db_;
  Database& derived_db_;
  const DerivedTable& table_;
  Faults& faults_;
  std::unique_ptr<Statement> stored_, derived_;
};

Result<> check_rows(Database& database, const playbook::Playbook& playbook,
                    const Progress& progress, VerifyReport& report, Faults& faults) {
  auto derived = derive_again(database, playbook, progress);
  if (!derived) {
    if (derived.error().code == ErrorCode::io) return std::unexpected(derived.error());
    faults.add(fmt::format("replay: {}", derived.error().message));
    return {};
  }
  for (const DerivedTable& table : derived_tables()) {
    auto rows = Comparison(database, **derived, table, faults).run();
    if (rows) {
      report.rows += *rows;
    } else if (rows.error().code == ErrorCode::io) {
      return std::unexpected(rows.error());
    } else {
      faults.add(fmt::format("{}: {}", table.name, rows.error().message));
    }
  }
  return {};
}

}  // namespace

Result<VerifyReport> verify(Database& database, const playbook::Playbook& playbook,
                            const Progress& progress) {
  const ReadView view(database);
  VerifyReport report;
  Faults faults(report);
  const auto check = [&](const Result<>& result, std::string_view what) -> Result<> {
    if (result) return {};
    if (result.error().code == ErrorCode::io) return result;
    faults.add(fmt::format("{}: {}", what, result.error().message));
    return {};
  };
  TRY(check(check_file(database, faults), "database"));
  TRY(check(check_blocks(database, report, faults), "journal"));
  // With a fault in the journal there is nothing to hold the rows against.
  if (report.faults.empty()) TRY(check_rows(database, playbook, progress, report, faults));
  faults.end();
  return report;
}

}  // namespace pharos::journal
