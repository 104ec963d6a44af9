// journal/workspace.cc: opening and making workspaces, and their questions passed on.
#include "journal/workspace.h"

#include <chrono>
#include <filesystem>
#include <map>

#include "base/version.h"
#include "journal/blocks.h"
#include "journal/history.h"
#include "journal/lock.h"
#include "journal/playbooks.h"
#include "journal/replay.h"
#include "journal/schema.h"
#include "journal/verify.h"
#include "journal/writer.h"
#include "store/database.h"

namespace pharos::journal {
namespace {

namespace fs = std::filesystem;

std::string database_path(const std::string& dir) {
  return dir + "/pharos.db";
}

Instant wall_clock() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

Result<> fill(const std::string& path, const std::vector<playbook::Source>& sources,
              const playbook::Playbook& playbook) {
  auto database = TRY(store::open_sqlite(path, store::OpenMode::create));
  TRY(database->begin());
  TRY(create_schema(*database, playbook));
  TRY(store_playbook(*database, 1, wall_clock(), sources));
  TRY(database->commit());
  // Closing folds the log into the file as well, but would not say that it could not.
  return database->execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

class OpenWorkspace final : public Workspace {
 public:
  OpenWorkspace(std::string path, std::unique_ptr<store::Database> database, Version version)
      : path_(std::move(path)), database_(std::move(database)), version_(std::move(version)) {}
  // The writer's connection closes last: it may write, so SQLite then folds its log back into the
  // one file that people copy.
  ~OpenWorkspace() override { database_.reset(); }

  const playbook::Playbook& playbook() const override { return version_.playbook; }
  int playbook_version() const override { return version_.number; }

  Result<> begin_to_write(const std::string& path, Lock lock, const Progress& progress) {
    lock_ = std::make_unique<Lock>(std::move(lock));
    const std::string made_by =
        fmt::format("{} {} {}", pharos::version, version_.number, version_.documents);
    writer_ = TRY(Writer::open(path, version_.playbook, made_by, *database_, progress));
    return {};
  }

  Result<Stats> stats() override {
    TRY(flush());
    const ReadView view(*database_);
    const BlockTotals totals = TRY(read_totals(*database_));
    auto query = TRY(database_->prepare("SELECT count(*) FROM account"));
    TRY(query->query({}));
    const bool has_row = TRY(query->step());
    return Stats{.events = totals.events,
                 .accounts = has_row ? static_cast<std::uint64_t>(query->integer(0)) : 0,
                 .blocks = totals.blocks,
                 .block_bytes = totals.bytes,
                 .first_at = totals.first_at,
                 .last_at = totals.last_at,
                 .tick = totals.tick};
  }

  Result<Receipt> append(engine::EventBatch batch) override {
    TRY(check_writable());
    return or_stop(writer_->append(std::move(batch)));
  }
  Result<> tick(Instant now) override {
    TRY(check_writable());
    return or_stop(writer_->tick(now));
  }
  Result<> flush() override {
    if (failure_) return std::unexpected(*failure_);
    return writer_ ? or_stop(writer_->flush()) : Result<>{};
  }

  Result<> save_snapshot(std::uint64_t events_min) override {
    TRY(check_writable());
    return writer_->save_snapshot(events_min);
  }
  const engine::Fold& fold() const override {
    ASSERT(writer_);
    return writer_->fold();
  }
  engine::Fold make_fold(engine::FoldOptions options) override {
    options.history = [this](engine::AccountNumber a, engine::AccountNumber b) {
      return links_.events_of(a, b);
    };
    return engine::Fold(version_.playbook, std::move(options));
  }

  Result<> replay(engine::Fold& fold, const ReplayOptions& options) override {
    TRY(flush());
    const ReadView view(*database_);
    ReplayScope scope{.as_of = options.as_of, .group = {}};
    if (options.account) scope.group = TRY(find_group(*database_, *options.account));
    Replay replay(*database_, version_.playbook, fold, links_, std::move(scope));
    return replay.run({.block = {}, .effects = {}, .progress = options.progress});
  }

  Result<AccountHistory> history(std::string_view account) override {
    TRY(flush());
    return read_history(*database_, version_.playbook, account);
  }

  Result<> each_block(const std::function<Result<>(const engine::EventBatch&)>& take) override;
  Result<> each_numbered_block(const cel::Schema& schema, std::uint64_t seq_from,
                               const std::function<Result<>(Block&)>& take,
                               Progress progress) override;
  Result<> each_transition(const std::function<Result<>(const TransitionRow&)>& take) override;

  Result<VerifyReport> verify(Progress progress) override {
    TRY(flush());
    return journal::verify(*database_, path_, version_.playbook, progress);
  }

 private:
  Result<> check_writable() const {
    if (!writer_) return fail(ErrorCode::invalid, "the workspace was opened to read");
    if (failure_) return std::unexpected(*failure_);
    return {};
  }
  // A failed write is the end of this object; a batch past its limits is not.
  template <class T>
  Result<T> or_stop(Result<T> result) {
    if (result || result.error().code == ErrorCode::limit) return result;
    failure_ = result.error();
    failure_->message +=
        "; what was acknowledged is kept, nothing more is taken: when that is mended, start again";
    return std::unexpected(*failure_);
  }

  const std::string path_;
  std::optional<Error> failure_;
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<store::Database> database_;  // To read.
  Version version_;
  LinkSource links_;  // Of the replay at hand.
  std::unique_ptr<Writer> writer_;
};

// Gives each event the ids of its account and member as texts, from the directories so far.
class IdBook {
 public:
  void take(const Directory& directory) {
    for (const engine::TextRef ref : directory.accounts)
      accounts_.push_back(add(directory.view(ref)));
    for (const engine::TextRef ref : directory.members)
      members_.push_back(add(directory.view(ref)));
  }
  void name(engine::EventBatch& batch) const {
    for (engine::Event& event : batch.events) {
      if (event.account.size == 0)
        event.account = batch.add_text(view(accounts_[event.account_number.value]));
      if (event.member_number != engine::no_member)
        event.member = batch.add_text(view(members_[event.member_number.value]));
    }
  }

 private:
  struct Piece {
    std::uint64_t offset;
    std::uint32_t size;
  };
  Piece add(std::string_view id) {
    const Piece piece{text_.size(), static_cast<std::uint32_t>(id.size())};
    text_ += id;
    return piece;
  }
  std::string_view view(Piece piece) const {
    return std::string_view(text_).substr(piece.offset, piece.size);
  }
  std::string text_;
  std::vector<Piece> accounts_, members_;
};

Result<> OpenWorkspace::each_block(const std::function<Result<>(const engine::EventBatch&)>& take) {
  TRY(flush());
  const ReadView view(*database_);
  BlockReader reader(version_.playbook.schema);
  IdBook ids;
  Block block;
  const auto take_row = [&](const BlockRow& row) -> Result<> {
    TRY(reader.read(row.data, row.number, {}, block));
    ids.take(block.directory);
    ids.name(block.batch);
    if (block.undeclared_count == 0) return take(block.batch);
    // Events keep their numbers: a run of neighbours at a time.
    engine::EventBatch run = block.batch;
    for (std::size_t i = 0; i < block.batch.events.size(); ++i) {
      run.events.clear();
      run.seq_first = block.batch.seq_first + i;
      for (; i < block.batch.events.size() && block.batch.events[i].type != type_undeclared; ++i)
        run.events.push_back(block.batch.events[i]);
      if (!run.events.empty()) TRY(take(run));
    }
    return {};
  };
  return each_block_row(*database_, take_row);
}

Result<> OpenWorkspace::each_numbered_block(const cel::Schema& schema, std::uint64_t seq_from,
                                            const std::function<Result<>(Block&)>& take,
                                            Progress progress) {
  TRY(flush());
  const ReadView view(*database_);
  const std::uint64_t total = TRY(read_totals(*database_)).events;
  BlockReader reader(schema);
  Block block;
  std::uint64_t done = 0;
  const auto take_row = [&](const BlockRow& row) -> Result<> {
    TRY(reader.read(row.data, row.number, {}, block));
    TRY(take(block));
    done += row.event_count;
    if (progress) progress(done, total - std::min(total, seq_from == 0 ? 0 : seq_from - 1));
    return {};
  };
  return each_block_row(*database_, take_row, seq_end_none, seq_from);
}

Result<> OpenWorkspace::each_transition(const std::function<Result<>(const TransitionRow&)>& take) {
  TRY(flush());
  const playbook::Playbook& book = version_.playbook;
  std::map<std::string, std::uint32_t, std::less<>> nodes;
  for (std::uint32_t i = 0; i < book.nodes.size(); ++i)
    nodes.emplace(book.tracks[book.nodes[i].track].name + "." + book.nodes[i].name, i);
  const std::map<std::string_view, engine::TransitionKind> kinds = {
      {"entered", engine::TransitionKind::entered},
      {"released", engine::TransitionKind::released},
      {"overdue", engine::TransitionKind::overdue}};

  const ReadView view(*database_);
  auto query =
      TRY(database_->prepare("SELECT account, track || '.' || node, kind, entry, at, seq"
                             " FROM transition ORDER BY account, step"));
  TRY(query->query({}));
  while (TRY(query->step())) {
    const auto node = nodes.find(query->text(1));
    const auto kind = kinds.find(query->text(2));
    if (node == nodes.end() || kind == kinds.end())
      return fail(ErrorCode::corrupt, "transition of account {}: there is no node {} that is {}",
                  query->text(0), query->text(1), query->text(2));
    TRY(take({.account = query->text(0),
              .node = node->second,
              .kind = kind->second,
              .entry = static_cast<std::uint32_t>(query->integer(3)),
              .at = {query->integer(4)},
              .seq = static_cast<std::uint64_t>(query->integer(5))}));
  }
  return {};
}

Result<std::unique_ptr<OpenWorkspace>> open_workspace(const std::string& dir) {
  const std::string path = database_path(dir);
  auto database = store::open_sqlite(path, store::OpenMode::read);
  if (!database && database.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found,
                "{}: there is no workspace (no pharos.db); pharos init makes one", dir);
  if (!database) return std::unexpected(database.error());
  TRY(check_schema(**database, path));
  Version version = TRY(newest_playbook(**database, path));
  return std::make_unique<OpenWorkspace>(path, *std::move(database), std::move(version));
}

}  // namespace

Result<> Workspace::create(const std::string& dir, const std::vector<playbook::Source>& sources) {
  const playbook::Playbook playbook = TRY(load_checked(sources));
  std::error_code failure;
  fs::create_directories(dir, failure);
  if (failure) return fail(ErrorCode::io, "{}: cannot make it: {}", dir, failure.message());
  const Lock lock = TRY(Lock::take(dir));
  const std::string path = database_path(dir);
  if (fs::exists(path, failure))
    return fail(ErrorCode::conflict, "{}: there is a workspace already", dir);
  // Under another name until it is whole: no crash leaves half a workspace.
  const std::string draft = path + ".new";
  for (const char* tail : {"", "-wal", "-shm"}) fs::remove(draft + tail, failure);
  TRY(fill(draft, sources, playbook));
  fs::rename(draft, path, failure);
  if (failure) return fail(ErrorCode::io, "{}: cannot rename: {}", draft, failure.message());
  return store::sync_folder_of(path);
}

Result<std::unique_ptr<Workspace>> Workspace::open_to_read(const std::string& dir) {
  return TRY(open_workspace(dir));
}

Result<std::unique_ptr<Workspace>> Workspace::open_to_write(const std::string& dir,
                                                            Progress progress) {
  if (!fs::exists(dir))
    return fail(ErrorCode::not_found, "{}: there is no such folder; pharos init makes one", dir);
  Lock lock = TRY(Lock::take(dir));
  auto workspace = TRY(open_workspace(dir));
  auto begun = workspace->begin_to_write(database_path(dir), std::move(lock), progress);
  if (!begun && begun.error().code == ErrorCode::corrupt)
    return fail(ErrorCode::corrupt,
                "{}: damaged: {}; pharos verify names all of it, pharos repair keeps what is sound",
                database_path(dir), begun.error().message);
  TRY(begun);
  return workspace;
}

}  // namespace pharos::journal
