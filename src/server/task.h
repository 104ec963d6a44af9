// server/task.h: a coroutine of a network thread.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace pharos::server {

// A named function of values, or of references to what outlives every request.
template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace pharos::server
