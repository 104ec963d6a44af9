// ingest/run.cc: sorted runs, their file, and the merge.
#include "ingest/run.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>

#include "ingest/record.h"

namespace pharos::ingest {
namespace {

constexpr std::size_t spill_write_bytes = 1U << 20;
constexpr std::size_t spill_read_bytes = 256U << 10;

struct KeyAt {
  std::uint64_t key;
  std::size_t offset;
  auto operator<=>(const KeyAt&) const = default;
};

}  // namespace

Run make_run(std::string_view records) {
  std::vector<KeyAt> order;
  bool sorted = true;
  std::uint64_t key_before = 0;
  for (std::size_t at = 0; at < records.size(); at += record_bytes(records.data() + at)) {
    const std::uint64_t key = record_key(records.data() + at);
    sorted = sorted && key >= key_before;
    if (!sorted) break;
    key_before = key;
  }
  if (sorted) return {std::string(records)};
  for (std::size_t at = 0; at < records.size(); at += record_bytes(records.data() + at))
    order.push_back({record_key(records.data() + at), at});
  std::ranges::sort(order);
  Run run;
  run.bytes.reserve(records.size());
  for (const KeyAt& one : order) {
    const char* const record = records.data() + one.offset;
    run.bytes.append(record, record_bytes(record));
  }
  return run;
}

Result<std::unique_ptr<SpillFile>> SpillFile::create(const std::string& dir) {
  std::string path = dir + "/pharos-import-XXXXXX";
  const int descriptor = ::mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0)
    return fail(ErrorCode::io, "{}: cannot make a file to sort in: {}", dir, std::strerror(errno));
  ::unlink(path.c_str());
  return std::unique_ptr<SpillFile>(new SpillFile(dir, descriptor));
}

SpillFile::~SpillFile() {
  ::close(descriptor_);
}

Result<> SpillFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      return fail(ErrorCode::io, "{}: cannot write the file to sort in: {}", dir_,
                  std::strerror(errno));
    size_ += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<> SpillFile::read(std::uint64_t offset, char* into, std::size_t size) const {
  while (size > 0) {
    const ssize_t count = ::pread(descriptor_, into, size, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      return fail(ErrorCode::io, "{}: cannot read the file to sort in: {}", dir_,
                  std::strerror(errno));
    offset += static_cast<std::uint64_t>(count);
    into += count;
    size -= static_cast<std::size_t>(count);
  }
  return {};
}

RunCursor::RunCursor(Run run) : buffer_(std::move(run.bytes)) {}

RunCursor::RunCursor(const SpillFile& file, std::uint64_t offset, std::uint64_t size)
    : file_(&file), offset_(offset), left_(size) {}

Result<bool> RunCursor::hold(std::size_t bytes) {
  if (buffer_.size() - at_ >= bytes) return true;
  if (left_ == 0) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t kept = buffer_.size();
  const auto more = static_cast<std::size_t>(
      std::min<std::uint64_t>(left_, std::max(bytes - kept, spill_read_bytes)));
  buffer_.resize(kept + more);
  TRY(file_->read(offset_, buffer_.data() + kept, more));
  offset_ += more;
  left_ -= more;
  return buffer_.size() >= bytes;
}

Result<bool> RunCursor::next() {
  at_ += record_size_;
  if (!TRY(hold(record_header_bytes))) {
    record_size_ = at_ = 0;
    buffer_ = std::string();
    return false;
  }
  record_size_ = record_bytes(record());
  const bool whole = TRY(hold(record_size_));
  ASSERT(whole);
  key_ = record_key(record());
  return true;
}

Result<Merge> Merge::begin(std::vector<RunCursor> cursors) {
  Merge merge;
  merge.cursors_ = std::move(cursors);
  for (std::size_t i = 0; i < merge.cursors_.size(); ++i)
    if (TRY(merge.cursors_[i].next())) merge.heads_.push_back({merge.cursors_[i].key(), i});
  std::ranges::make_heap(merge.heads_, std::greater<>());
  merge.current_ = merge.cursors_.size();
  return merge;
}

Result<const char*> Merge::next() {
  if (current_ < cursors_.size()) {
    RunCursor& cursor = cursors_[current_];
    if (TRY(cursor.next())) {
      const Head head{cursor.key(), current_};
      if (heads_.empty() || heads_.front() > head) return cursor.record();
      heads_.push_back(head);
      std::ranges::push_heap(heads_, std::greater<>());
    }
    current_ = cursors_.size();
  }
  if (heads_.empty()) return nullptr;
  std::ranges::pop_heap(heads_, std::greater<>());
  current_ = heads_.back().cursor;
  heads_.pop_back();
  return cursors_[current_].record();
}

Result<> RunStore::add(Run run) {
  if (run.bytes.empty()) return {};
  memory_bytes_ += run.bytes.size();
  runs_.push_back(std::move(run));
  if (memory_bytes_ > memory_bytes_max_) TRY(spill());
  return {};
}

// Merges what is in memory into one run of the file, so that there are few to merge at last.
Result<> RunStore::spill() {
  if (!file_) file_ = TRY(SpillFile::create(temp_dir_));
  std::vector<RunCursor> cursors;
  for (Run& run : runs_) cursors.emplace_back(std::move(run));
  runs_.clear();
  memory_bytes_ = 0;
  Merge merge = TRY(Merge::begin(std::move(cursors)));
  const std::uint64_t first = file_->size();
  std::string buffer;
  while (const char* record = TRY(merge.next())) {
    buffer.append(record, record_bytes(record));
    if (buffer.size() < spill_write_bytes) continue;
    TRY(file_->append(buffer));
    buffer.clear();
  }
  TRY(file_->append(buffer));
  spilled_.push_back({first, file_->size() - first});
  return {};
}

Result<Merge> RunStore::merge() {
  std::vector<RunCursor> cursors;
  for (const Spilled& part : spilled_) cursors.emplace_back(*file_, part.offset, part.size);
  for (Run& run : runs_) cursors.emplace_back(std::move(run));
  runs_.clear();
  return Merge::begin(std::move(cursors));
}

}  // namespace pharos::ingest
