// load/connection.h: one connection that is kept, over which a client asks and waits.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace pharos::load {

template <class T>
using Task = boost::asio::awaitable<T>;

struct Reply {
  int status = 0;  // 0: no whole answer came.
  std::string body;
};

// Connects when it is first asked, and again after the other side closed. Of one thread.
class Connection {
 public:
  explicit Connection(const boost::asio::any_io_executor& executor) : socket_(executor) {}

  bool is_open() const { return socket_.is_open(); }
  // False: nobody listens there.
  Task<bool> open(std::uint16_t port);
  void close();
  // `request` whole, as get() and post() make it.
  Task<Reply> ask(std::uint16_t port, std::string_view request);

 private:
  Task<Reply> read();

  boost::asio::ip::tcp::socket socket_;
  std::string input_;
};

std::string get(std::string_view path);
std::string post(std::string_view path, std::string_view type, std::string_view body);

}  // namespace pharos::load
