// server/offload.h: what takes long or waits for a disk, done beside the network's threads.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <type_traits>
#include <utility>

#include "server/task.h"

namespace pharos::server {

using Pool = boost::asio::thread_pool;

template <class F>
Task<std::invoke_result_t<F&>> call_held(std::shared_ptr<F> function) {
  co_return (*function)();
}

template <class F>
Task<std::invoke_result_t<F&>> offload_held(Pool& pool, std::shared_ptr<F> function) {
  co_return co_await boost::asio::co_spawn(pool.get_executor(), call_held(function),
                                           boost::asio::use_awaitable);
}

// The result of `function`, called on a thread of the pool; goes on on the caller's own. It may
// refer to what the caller's frame holds, which waits for it. Give a named closure: GCC 12 destroys
// one twice that is written within the co_await, and holds more than plain values.
template <class F>
auto offload(Pool& pool, F&& function) {
  return offload_held(pool, std::make_shared<std::decay_t<F>>(std::forward<F>(function)));
}

}  // namespace pharos::server
