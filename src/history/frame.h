// history/frame.h: everything that happened up to one event, in columns: what questions over all
// accounts read. A plain value of one instant; any number of threads may read it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "history/builder.h"
#include "history/directory.h"
#include "history/part.h"
#include "journal/workspace.h"

namespace pharos::history {

// The events of one type of one account, by (time, seq): range.from .. range.to of a family.
struct Run {
  const Family* family = nullptr;
  Family::Range range;
  std::uint32_t size() const { return range.size(); }
  std::span<const std::int64_t> times() const {
    return family->times.subspan(range.from, range.size());
  }
};

// Where a run is put together if its events lie in several parts. Reused; one a thread.
class RunScratch {
 public:
  RunScratch();
  ~RunScratch();

 private:
  friend class Frame;
  struct Columns;
  std::size_t place_ = 0;  // Of the last account in the base.
  std::unique_ptr<Columns> columns_;
};

class Frame {
 public:
  // Brings DIR/cache up to date with the journal, or makes it, and takes the latest events, few as
  // they are, into memory. What the cache lacks or has wrong costs time only. The workspace must
  // outlive the frame. Errors: of the journal; limit.
  static Result<std::unique_ptr<const Frame>> open(journal::Workspace& workspace,
                                                   const std::string& dir, int threads,
                                                   const journal::Progress& progress);
  // Makes DIR/cache if what it lacks would hold up the next open(): to be called after an import,
  // or beside a writer.
  static Result<> refresh(journal::Workspace& workspace, const std::string& dir, int threads,
                          const journal::Progress& progress);
  // All of it in memory, as another playbook declares it; the schema must outlive the frame.
  static Result<std::unique_ptr<const Frame>> read(journal::Workspace& workspace,
                                                   const cel::Schema& schema, int threads,
                                                   const journal::Progress& progress);

  const cel::Schema& schema() const { return *schema_; }
  const TextColumns& text_columns() const { return text_columns_; }
  const Directory& directory() const { return directory_; }
  std::size_t account_count() const { return directory_.account_count(); }
  std::uint64_t seq_end() const { return parts_.back().seq_end; }
  // The clock of a workspace: its latest tick or event.
  Instant clock() const { return {std::max(directory_.tick, directory_.last_at)}; }
  // The run is good until the scratch is used again.
  Run run(std::uint32_t type, Position position, RunScratch& scratch) const;

 private:
  explicit Frame(const cel::Schema& schema) : schema_(&schema), text_columns_(schema) {}

  const cel::Schema* schema_;
  TextColumns text_columns_;
  std::vector<Part> parts_;  // The base and, if there is any, the tail.
  Directory directory_;      // Of the last part.
};

}  // namespace pharos::history
