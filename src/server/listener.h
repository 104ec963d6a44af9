// server/listener.h: sockets accepted on one thread and served on several, each on one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "server/connection.h"
#include "server/tls.h"

namespace pharos::server {

// A thread of the network with the connections it serves.
struct Worker {
  boost::asio::io_context context{1};
  struct Entry {
    std::unique_ptr<Wire> wire;
    ConnectionState state;
  };
  // Of its thread alone.
  std::unordered_map<std::uint64_t, std::unique_ptr<Entry>> connections;
  boost::asio::steady_timer drain_timer{context};
};

struct ListenerParts {
  Gate& gate;
  Metrics& metrics;
  Log& log;
  const Settings& settings;
  Tls* tls;  // Null: plain.
};

// Accepts for the first worker, and hands each socket to the next one in turn.
class Listener {
 public:
  Listener(ListenerParts parts, std::vector<std::unique_ptr<Worker>>& workers);

  // Errors: io, invalid (the address).
  Result<> bind(const Address& address);
  std::uint16_t port() const { return port_; }
  void start();
  // Of the first worker's thread. Nothing more is accepted; idle connections close, others after
  // the request at hand; after settings.drain_time all of them.
  void drain();

 private:
  Task<> accept();
  Task<> serve(Worker& worker, boost::asio::ip::tcp::socket socket);
  void drain_worker(Worker& worker);

  ListenerParts parts_;
  std::vector<std::unique_ptr<Worker>>& workers_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::atomic<bool> is_draining_{false};
  std::atomic<std::uint64_t> number_{0};
};

}  // namespace pharos::server
