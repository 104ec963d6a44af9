// server/connection.h: the requests of one connection, one after the other.
#pragma once

#include "server/gate.h"
#include "server/settings.h"
#include "server/wire.h"

namespace pharos::server {

// Of the connection's thread.
struct ConnectionState {
  bool is_idle = true;       // Between two requests: may be closed without loss.
  bool is_draining = false;  // The request at hand is the last.
};

// Until either side closes. What it is given must outlive it.
Task<> serve_connection(Wire& wire, Gate& gate, const Settings& settings, ConnectionState& state);

}  // namespace pharos::server
