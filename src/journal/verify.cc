// journal/verify.cc: a replay into a scratch database, and a walk along both.
#include "journal/verify.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "journal/block.h"
#include "journal/blocks.h"
#include "journal/derive.h"
#include "journal/schema.h"
#include "journal/seal.h"
#include "store/pages.h"

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

Result<> check_file(Database& database, const std::string& path, Faults& faults) {
  for (const std::string& fault : TRY(store::PageFile::open(path)).header_faults())
    faults.add(fmt::format("header: {}", fault));
  auto query = TRY(database.prepare("PRAGMA integrity_check"));
  TRY(query->query({}));
  while (TRY(query->step())) {
    if (query->text(0) != "ok") faults.add(fmt::format("database: {}", query->text(0)));
  }
  return {};
}

// What the row of a block says of the times in it; null where it holds no event.
struct Times {
  std::uint64_t block = 0;
  Instant first = never;
  Instant last = instant_min;
  bool operator==(const Times&) const = default;
};

// The blocks as bytes: sums, chain and numbers. A sum that does not fit does not end it.
class BlockCheck {
 public:
  BlockCheck(VerifyReport& report, Faults& faults) : report_(report), faults_(faults) {}

  Result<> run(Database& database) {
    auto query =
        TRY(database.prepare("SELECT number, seq_first, event_count, checksum, chain, bytes, data,"
                             " time_first, time_last, tick, slot FROM block ORDER BY number"));
    TRY(query->query({}));
    while (TRY(query->step())) take(*query);
    return {};
  }
  const std::vector<Times>& times() const { return times_; }

 private:
  template <class... Args>
  void add(std::uint64_t number, fmt::format_string<Args...> text, Args&&... args) {
    faults_.add(
        fmt::format("block {}: {}", number, fmt::format(text, std::forward<Args>(args)...)));
  }

  void take(const Statement& row) {
    const auto number = static_cast<std::uint64_t>(row.integer(0));
    const store::Blob data = row.blob(6);
    const std::string_view bytes(reinterpret_cast<const char*>(data.data()), data.size());
    // A merged block says for how many it stands. What cannot be read has the wrong checksum too.
    const auto links = links_of(bytes, number);
    const Step step = step_of(chain_, static_cast<std::uint64_t>(row.integer(3)),
                              links ? *links : std::vector<std::uint64_t>());
    ++report_.blocks;
    if (number != number_before_ + step.numbers)
      add(number, "block {} is missing before it", number_before_ + 1);
    number_before_ = number;
    take_numbers(number, row);
    take_bytes(number, row, bytes, step.chain);
    Times times{.block = number};
    if (!row.is_null(7)) times.first = {row.integer(7)};
    if (!row.is_null(8)) times.last = {row.integer(8)};
    times_.push_back(times);
    if (row.integer(10) != 0) add(number, "its slot is {}, 0 was expected", row.integer(10));
  }

  // A repair leaves an empty block where events are lost (docs/journal.md).
  void take_numbers(std::uint64_t number, const Statement& row) {
    const auto seq = static_cast<std::uint64_t>(row.integer(1));
    const auto count = static_cast<std::uint64_t>(row.integer(2));
    const bool is_gap = count == 0 && row.is_null(9) && seq > seq_next_;
    if (is_gap)
      report_.lost += seq - seq_next_;
    else if (seq != seq_next_)
      add(number, "begins with event {}, {} was expected", row.integer(1), seq_next_);
    seq_next_ = seq + count;
    report_.events += count;
  }

  void take_bytes(std::uint64_t number, const Statement& row, std::string_view bytes,
                  std::uint64_t chain) {
    if (static_cast<std::int64_t>(bytes.size()) != row.integer(5))
      add(number, "has {} bytes, its row says {}", bytes.size(), row.integer(5));
    if (checksum_of(bytes) != static_cast<std::uint64_t>(row.integer(3)))
      add(number, "its bytes do not have the checksum of its row");
    if (chain != static_cast<std::uint64_t>(row.integer(4)))
      add(number, "its chain does not follow from the blocks before");
    chain_ = static_cast<std::uint64_t>(row.integer(4));
  }

  VerifyReport& report_;
  Faults& faults_;
  std::uint64_t chain_ = 0, seq_next_ = 1, number_before_ = 0;
  std::vector<Times> times_;
};

Times times_of(const engine::EventBatch& batch, std::uint64_t block) {
  Times times{.block = block};
  for (const engine::Event& event : batch.events) {
    times.first = std::min(times.first, event.time);
    times.last = std::max(times.last, event.time);
  }
  return times;
}

// The derived rows once more, from the journal alone.
Result<std::unique_ptr<Database>> derive_again(Database& database,
                                               const playbook::Playbook& playbook,
                                               const std::vector<Times>& times, Faults& faults,
                                               const Progress& progress) {
  auto scratch = TRY(store::open_sqlite_scratch());
  TRY(create_derived(*scratch, playbook));
  std::size_t block_index = 0;
  const auto watch = [&](const Block& block) {
    const Times& stated = times[block_index++];
    if (stated != times_of(block.batch, stated.block))
      faults.add(
          fmt::format("block {}: its events do not have the times of its row", stated.block));
  };
  TRY(scratch->begin());
  TRY(derive_rows(database, *scratch, playbook, watch, progress));
  TRY(scratch->commit());
  return scratch;
}

bool is_same(const Statement& a, int column_a, const Statement& b, int column_b) {
  if (a.is_null(column_a) || b.is_null(column_b)) return a.is_null(column_a) == b.is_null(column_b);
  // Real numbers as text are rounded.
  const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  if (bits(a.real(column_a)) != bits(b.real(column_b))) return false;
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
                    const std::vector<Times>& times, const Progress& progress, VerifyReport& report,
                    Faults& faults) {
  auto derived = derive_again(database, playbook, times, faults, progress);
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

// The file and the journal, without the rows that follow from it.
Result<std::vector<Times>> check_journal(Database& database, const std::string& path,
                                         VerifyReport& report, Faults& faults) {
  const auto check = [&](const Result<>& result, std::string_view what) -> Result<> {
    if (result) return {};
    if (result.error().code == ErrorCode::io) return result;
    faults.add(fmt::format("{}: {}", what, result.error().message));
    return {};
  };
  TRY(check(check_file(database, path, faults), "database"));
  if (auto seals = check_seals(database); seals) {
    for (std::string& fault : *seals) faults.add(std::move(fault));
  } else {
    TRY(check(std::unexpected(seals.error()), "meta"));
  }
  BlockCheck blocks(report, faults);
  TRY(check(blocks.run(database), "journal"));
  return blocks.times();
}

}  // namespace

Result<VerifyReport> verify(Database& database, const std::string& path,
                            const playbook::Playbook& playbook, const Progress& progress) {
  const ReadView view(database);
  VerifyReport report;
  Faults faults(report);
  const std::vector<Times> times = TRY(check_journal(database, path, report, faults));
  // With a fault in the journal there is nothing to hold the rows against.
  if (report.faults.empty()) TRY(check_rows(database, playbook, times, progress, report, faults));
  faults.end();
  return report;
}

Result<VerifyReport> verify_file(Database& database, const std::string& path) {
  const ReadView view(database);
  VerifyReport report;
  Faults faults(report);
  TRY(check_journal(database, path, report, faults));
  faults.end();
  return report;
}

}  // namespace pharos::journal
