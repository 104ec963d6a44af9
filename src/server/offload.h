// server/offload.h: what takes long or waits for a disk, done beside the network's threads.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <type_traits>
#include <utility>

#include "server/task.h"

namespace pharos::server {

using Pool = boost::asio::thread_pool;

template <class F>
Task<std::invoke_result_t<F&>> call_once(F function) {
  co_return function();
}

// The result of `function`, called on a thread of the pool; goes on on the caller's own. The
// function holds what it needs: values, or references to what outlives every request.
template <class F>
Task<std::invoke_result_t<F&>> offload(Pool& pool, F function) {
  co_return co_await boost::asio::co_spawn(pool.get_executor(), call_once(std::move(function)),
                                           boost::asio::use_awaitable);
}

}  // namespace pharos::server
