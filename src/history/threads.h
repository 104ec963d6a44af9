// history/threads.h: work over all accounts, in pieces that any thread takes next.
#pragma once

#include <cstddef>
#include <functional>

namespace pharos::history {

// Calls work(piece) for 0 .. count - 1, on up to `threads` threads, the caller's among them. What
// a thread keeps to itself is made by `worker`, which is called once in each of them.
using Work = std::function<void(std::size_t piece)>;
void in_pieces(std::size_t count, int threads, const std::function<Work()>& worker);

}  // namespace pharos::history
