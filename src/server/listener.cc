// server/listener.cc: the accept loop and the end of all connections.
#include "server/listener.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/socket_wire.h"

namespace pharos::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Code = boost::system::error_code;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
// After a failure to accept, such as no file descriptor being left.
constexpr std::chrono::milliseconds accept_pause{100};

}  // namespace

Listener::Listener(ListenerParts parts, std::vector<std::unique_ptr<Worker>>& workers)
    : parts_(parts), workers_(workers), acceptor_(workers[0]->context) {}

Result<> Listener::bind(const Address& address) {
  Code code;
  const std::string host = address.host == "localhost" ? "127.0.0.1" : address.host;
  const auto ip = asio::ip::make_address(host, code);
  if (code)
    return fail(ErrorCode::invalid, "listen: {} is no address such as 127.0.0.1 or ::1", host);
  const tcp::endpoint endpoint(ip, address.port);
  acceptor_.open(endpoint.protocol(), code);
  if (!code) acceptor_.set_option(tcp::acceptor::reuse_address(true), code);
  if (!code) acceptor_.bind(endpoint, code);
  if (!code) acceptor_.listen(asio::socket_base::max_listen_connections, code);
  if (code)
    return fail(ErrorCode::io, "cannot listen on {}:{}: {}", host, address.port, code.message());
  port_ = acceptor_.local_endpoint(code).port();
  return {};
}

void Listener::start() {
  asio::co_spawn(workers_[0]->context, accept(), asio::detached);
}

Task<> Listener::accept() {
  std::size_t next = 0;
  while (acceptor_.is_open()) {
    Worker& worker = *workers_[next++ % workers_.size()];
    auto [code, socket] = co_await acceptor_.async_accept(worker.context, as_values);
    if (is_draining_) break;
    if (code) {
      parts_.log.write(LogLevel::error, "accept failed", {{"what", code.message()}});
      asio::steady_timer timer(workers_[0]->context, accept_pause);
      co_await timer.async_wait(as_values);
      continue;
    }
    if (parts_.metrics.connections >= parts_.settings.connections) {
      ++parts_.metrics.connections_refused;  // Closed at once: the socket goes here.
      continue;
    }
    ++parts_.metrics.connections;
    asio::co_spawn(worker.context, serve(worker, std::move(socket)), asio::detached);
  }
}

Task<> Listener::serve(Worker& worker, tcp::socket socket) {
  const std::uint64_t number = ++number_;
  auto entry = std::make_unique<Worker::Entry>();
  entry->wire = make_wire(std::move(socket), parts_.tls ? parts_.tls->context() : nullptr);
  entry->state.is_draining = is_draining_;
  Worker::Entry& mine = *entry;
  worker.connections.emplace(number, std::move(entry));
  std::string what;
  try {
    co_await serve_connection(*mine.wire, parts_.gate, parts_.settings, mine.state);
  } catch (const std::exception& error) {
    what = error.what();
  }
  if (!what.empty()) parts_.log.write(LogLevel::error, "connection failed", {{"what", what}});
  worker.connections.erase(number);
  if (worker.connections.empty()) worker.drain_timer.cancel();
  --parts_.metrics.connections;
}

void Listener::drain() {
  if (is_draining_.exchange(true)) return;
  Code ignored;
  acceptor_.close(ignored);
  for (const auto& worker : workers_)
    asio::post(worker->context, [this, worker = worker.get()] { drain_worker(*worker); });
}

void Listener::drain_worker(Worker& worker) {
  for (auto& [number, entry] : worker.connections) {
    entry->state.is_draining = true;
    if (entry->state.is_idle) entry->wire->cancel();
  }
  if (worker.connections.empty()) return;
  worker.drain_timer.expires_after(std::chrono::milliseconds(parts_.settings.drain_time.ms));
  worker.drain_timer.async_wait([&worker](const Code& code) {
    if (code) return;
    for (auto& [number, entry] : worker.connections) entry->wire->close();
  });
}

}  // namespace pharos::server
