// server/socket_wire.h: sockets as wires.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <memory>

#include "server/tls.h"
#include "server/wire.h"

namespace pharos::server {

// `tls` null: plain.
std::unique_ptr<Wire> make_wire(boost::asio::ip::tcp::socket socket,
                                std::shared_ptr<const TlsContext> tls);

}  // namespace pharos::server
