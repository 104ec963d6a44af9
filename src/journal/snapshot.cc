// journal/snapshot.cc: a header with a sum over all that follows.
#include "journal/snapshot.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/hash.h"

namespace pharos::journal {
namespace {

constexpr std::uint64_t mark = 0x31'70'61'6E'53'68'50'0A;  // "PhSnap1" behind a line's end.
// Raised with every change of what is written, or of what a writer makes of the same blocks.
constexpr std::uint64_t format = 1;
constexpr std::size_t buffer_bytes = 1U << 20;

// In the order of the machine: the file never leaves it.
struct Header {
  std::uint64_t mark = 0, format = 0;
  std::uint64_t made_by = 0;
  std::uint64_t block = 0, chain = 0, seq = 0;
  std::int64_t tick = 0;
  std::uint64_t bytes = 0, checksum = 0;  // Of what follows.
  std::uint64_t own_checksum = 0;         // Of the header with 0 here.
};

std::uint64_t own_checksum_of(Header header) {
  header.own_checksum = 0;
  return hash64({reinterpret_cast<const char*>(&header), sizeof header});
}

}  // namespace

std::string snapshot_path(const std::string& dir) {
  return dir + "/cache/snapshot";
}

struct SnapshotWriter::Body {
  Header header;
  std::string waiting;
  RunningHash hash;
  int failure = 0;  // errno of the first write that failed.
};

SnapshotWriter::SnapshotWriter(std::string path, int file, std::string_view made_by, const Tail& at)
    : path_(std::move(path)),
      file_(file),
      body_(std::make_unique<Body>()),
      out_([this](std::string_view bytes) { append(bytes); }) {
  body_->header = {.mark = mark,
                   .format = format,
                   .made_by = hash64(made_by),
                   .block = at.block,
                   .chain = at.chain,
                   .seq = at.seq,
                   .tick = at.tick.ms};
}

Result<std::unique_ptr<SnapshotWriter>> SnapshotWriter::create(const std::string& dir,
                                                               std::string_view made_by,
                                                               const Tail& at) {
  std::string path = snapshot_path(dir);
  std::error_code failure;
  std::filesystem::create_directories(dir + "/cache", failure);
  const std::string draft = path + ".new";
  const int file = ::open(draft.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0) return fail(ErrorCode::io, "{}: cannot make it: {}", draft, std::strerror(errno));
  return std::unique_ptr<SnapshotWriter>(new SnapshotWriter(std::move(path), file, made_by, at));
}

SnapshotWriter::~SnapshotWriter() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink((path_ + ".new").c_str());
}

void SnapshotWriter::append(std::string_view bytes) {
  Body& body = *body_;
  body.hash.add(bytes);
  const std::uint64_t at = sizeof(Header) + body.header.bytes - body.waiting.size();
  body.header.bytes += bytes.size();
  if (body.waiting.size() + bytes.size() <= buffer_bytes) {
    body.waiting += bytes;
    return;
  }
  write(body.waiting, at);
  write(bytes, at + body.waiting.size());
  body.waiting.clear();
}

void SnapshotWriter::write(std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty() && body_->failure == 0) {
    const ssize_t count = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      body_->failure = count < 0 ? errno : EIO;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

// Nothing is synced: what a power failure leaves of it does not have its sum.
Result<> SnapshotWriter::keep() {
  Header& header = body_->header;
  write(body_->waiting, sizeof header + header.bytes - body_->waiting.size());
  header.checksum = body_->hash.value();
  header.own_checksum = own_checksum_of(header);
  write({reinterpret_cast<const char*>(&header), sizeof header}, 0);
  if (body_->failure != 0)
    return fail(ErrorCode::io, "{}.new: cannot write it: {}", path_, std::strerror(body_->failure));
  if (::rename((path_ + ".new").c_str(), path_.c_str()) != 0)
    return fail(ErrorCode::io, "{}.new: cannot rename it: {}", path_, std::strerror(errno));
  ::close(std::exchange(file_, -1));
  return {};
}

SnapshotFile::SnapshotFile(SnapshotFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), bytes_(other.bytes_), at_(other.at_) {}

SnapshotFile::~SnapshotFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), bytes_);
}

std::string_view SnapshotFile::body() const {
  return std::string_view(data_, bytes_).substr(sizeof(Header));
}

Result<SnapshotFile> SnapshotFile::open(const std::string& dir, std::string_view made_by) {
  const std::string path = snapshot_path(dir);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return fail(ErrorCode::not_found, "{}: {}", path, std::strerror(errno));
  struct stat status;
  const std::size_t bytes =
      ::fstat(file, &status) == 0 ? static_cast<std::size_t>(status.st_size) : 0;
  void* const data = bytes < sizeof(Header)
                         ? MAP_FAILED
                         : ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  ::close(file);
  if (data == MAP_FAILED) return fail(ErrorCode::corrupt, "{}: cut off", path);
  SnapshotFile snapshot(static_cast<const char*>(data), bytes);

  Header header;
  std::memcpy(&header, data, sizeof header);
  if (header.mark != mark || header.own_checksum != own_checksum_of(header))
    return fail(ErrorCode::corrupt, "{}: not what was written", path);
  if (header.format != format || header.made_by != hash64(made_by))
    return fail(ErrorCode::invalid, "{}: of another version or playbook", path);
  if (header.bytes != snapshot.body().size() || header.checksum != hash64(snapshot.body()))
    return fail(ErrorCode::corrupt, "{}: not what was written", path);
  snapshot.at_ = {header.block, header.chain, header.seq, {header.tick}};
  return snapshot;
}

}  // namespace pharos::journal
