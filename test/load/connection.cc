// load/connection.cc: HTTP/1.1 as far as our own server speaks it: heads, and bodies with a length.
#include "load/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>

#include <array>

#include "base/text.h"

namespace pharos::load {
namespace {

namespace asio = boost::asio;

constexpr auto quietly = asio::as_tuple(asio::use_awaitable);

// Spelled as our server spells it.
std::size_t length_in(std::string_view head) {
  constexpr std::string_view name = "\r\nContent-Length: ";
  const std::size_t at = head.find(name);
  if (at == std::string_view::npos) return 0;
  const std::string_view rest = head.substr(at + name.size());
  return static_cast<std::size_t>(parse_int64(rest.substr(0, rest.find('\r'))).value_or(0));
}

}  // namespace

Task<bool> Connection::open(std::uint16_t port) {
  close();
  const asio::ip::tcp::endpoint there(asio::ip::address_v4::loopback(), port);
  const auto [code] = co_await socket_.async_connect(there, quietly);
  boost::system::error_code ignored;
  if (code)
    socket_.close(ignored);
  else
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  co_return !code;
}

void Connection::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  input_.clear();
}

Task<Reply> Connection::ask(std::uint16_t port, std::string_view request) {
  if (!is_open() && !co_await open(port)) co_return Reply{};
  const auto [code, size] = co_await asio::async_write(socket_, asio::buffer(request), quietly);
  Reply reply;
  if (!code) reply = co_await read();
  if (reply.status == 0) close();
  co_return reply;
}

Task<Reply> Connection::read() {
  std::array<char, 16'384> piece;
  std::size_t end_of_head = std::string::npos, wanted = 0;
  Reply reply;
  while (true) {
    if (end_of_head == std::string::npos) {
      end_of_head = input_.find("\r\n\r\n");
      if (end_of_head != std::string::npos)
        wanted = end_of_head + 4 + length_in(std::string_view(input_).substr(0, end_of_head + 2));
    }
    if (end_of_head != std::string::npos && input_.size() >= wanted) break;
    const auto [code, size] = co_await socket_.async_read_some(asio::buffer(piece), quietly);
    if (code) co_return Reply{};
    input_.append(piece.data(), size);
  }
  reply.status = static_cast<int>(parse_int64(std::string_view(input_).substr(9, 3)).value_or(0));
  reply.body = input_.substr(end_of_head + 4, wanted - end_of_head - 4);
  input_.erase(0, wanted);
  co_return reply;
}

std::string get(std::string_view path) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: load\r\n\r\n", path);
}

std::string post(std::string_view path, std::string_view type, std::string_view body) {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: load\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", path,
      type, body.size(), body);
}

}  // namespace pharos::load
