// cel/allocations.h: counts what is allocated. For one source of a test or bench program: it
// replaces operator new of the whole program, which is slower by a count each time.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

std::uint64_t allocation_count = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocation_count;
  if (void* const memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  std::abort();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
