// journal/mapped_heap.h: memory that lies in a file without a name, so that the system may write it
// out and drop it when it needs room. What is kept here costs disk, and memory only while it is
// used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <unordered_map>

namespace pharos::journal {

class MappedHeap {
 public:
  static constexpr std::size_t bytes_min = 64U << 10;  // Smaller pieces are not worth it.

  // The file is made in `dir` with the first piece. Without a folder there is none.
  explicit MappedHeap(std::string dir) : dir_(std::move(dir)) {}
  MappedHeap(const MappedHeap&) = delete;
  MappedHeap& operator=(const MappedHeap&) = delete;
  ~MappedHeap();

  // Zeroed bytes, with room on the disk for all of them; or null: there is no such room, and the
  // caller has to take memory of its own.
  void* allocate(std::size_t bytes);
  // False: `at` is not of this heap.
  bool release(void* at);
  std::size_t mapped_bytes() const { return mapped_bytes_; }

 private:
  struct Piece {
    std::uint64_t offset = 0;
    std::size_t bytes = 0;
  };
  bool open();

  std::string dir_;
  int file_ = -1;
  bool failed_ = false;
  std::uint64_t end_ = 0;
  std::size_t mapped_bytes_ = 0;
  std::unordered_map<void*, Piece> pieces_;
};

// For containers: large pieces from the heap, if there is one; the rest as usual.
template <class T>
class MappedAllocator {
 public:
  using value_type = T;
  using propagate_on_container_move_assignment = std::true_type;
  MappedAllocator() = default;
  // Implicit: a container is made of its heap.
  MappedAllocator(MappedHeap* heap) : heap_(heap) {}
  template <class Other>
  explicit MappedAllocator(const MappedAllocator<Other>& other) : heap_(other.heap()) {}

  T* allocate(std::size_t count) {
    if (heap_ != nullptr && count * sizeof(T) >= MappedHeap::bytes_min)
      if (void* const at = heap_->allocate(count * sizeof(T))) return static_cast<T*>(at);
    return static_cast<T*>(::operator new(count * sizeof(T)));
  }
  void deallocate(T* at, std::size_t) {
    if (heap_ == nullptr || !heap_->release(at)) ::operator delete(at);
  }
  MappedHeap* heap() const { return heap_; }
  bool operator==(const MappedAllocator& other) const { return heap_ == other.heap_; }

 private:
  MappedHeap* heap_ = nullptr;
};

}  // namespace pharos::journal
