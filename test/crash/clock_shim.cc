// crash/clock_shim.cc: a wall clock that a test sets: loaded before libc (LD_PRELOAD), it adds the
// number of milliseconds in the file that PHAROS_TEST_CLOCK names.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

const std::atomic<std::int64_t>* mapped() {
  const char* const path = std::getenv("PHAROS_TEST_CLOCK");
  if (path == nullptr) return nullptr;
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* const at = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  return at == MAP_FAILED ? nullptr : static_cast<const std::atomic<std::int64_t>*>(at);
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const long code = ::syscall(SYS_clock_gettime, clock, time);
  if (code != 0 || clock != CLOCK_REALTIME) return static_cast<int>(code);
  static const std::atomic<std::int64_t>* const offset_ms = mapped();
  if (offset_ms == nullptr) return 0;
  const std::int64_t ms = offset_ms->load();
  std::int64_t ns = time->tv_nsec + ms % 1'000 * 1'000'000;
  time->tv_sec += ms / 1'000;
  if (ns < 0) {
    ns += 1'000'000'000;
    --time->tv_sec;
  } else if (ns >= 1'000'000'000) {
    ns -= 1'000'000'000;
    ++time->tv_sec;
  }
  time->tv_nsec = ns;
  return 0;
}
