// journal/mapped_heap.cc: one file, a mapping for each piece.
#include "journal/mapped_heap.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

namespace pharos::journal {

MappedHeap::~MappedHeap() {
  for (const auto& [at, piece] : pieces_) ::munmap(at, piece.bytes);
  if (file_ >= 0) ::close(file_);
}

bool MappedHeap::open() {
  if (file_ >= 0 || failed_) return file_ >= 0;
  std::string path = dir_ + "/pharos-ids-XXXXXX";
  if (!dir_.empty()) file_ = ::mkostemp(path.data(), O_CLOEXEC);
  failed_ = file_ < 0;
  if (!failed_) ::unlink(path.c_str());
  return !failed_;
}

void* MappedHeap::allocate(std::size_t bytes) {
  if (!open()) return nullptr;
  constexpr std::size_t page = 4'096;
  const std::size_t whole = (bytes + page - 1) / page * page;
  const auto offset = static_cast<off_t>(end_);
  // Room is taken now: a page that cannot be written out later would end the process.
  if (::posix_fallocate(file_, offset, static_cast<off_t>(whole)) != 0) return nullptr;
  void* const at = ::mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_SHARED, file_, offset);
  if (at == MAP_FAILED) return nullptr;
  end_ += whole;
  mapped_bytes_ += whole;
  pieces_.emplace(at, Piece{static_cast<std::uint64_t>(offset), whole});
  return at;
}

bool MappedHeap::release(void* at) {
  const auto found = pieces_.find(at);
  if (found == pieces_.end()) return false;
  const Piece piece = found->second;
  pieces_.erase(found);
  ::munmap(at, piece.bytes);
  mapped_bytes_ -= piece.bytes;
  // The disk gets its room back, if the file system can.
  (void)::fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    static_cast<off_t>(piece.offset), static_cast<off_t>(piece.bytes));
  return true;
}

}  // namespace pharos::journal
