// server/server.h: a workspace as a service: listening, threads, signals, and an orderly end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "access/password.h"
#include "journal/workspace.h"
#include "server/keys.h"
#include "server/playbooks.h"
#include "server/router.h"
#include "server/settings.h"
#include "store/database.h"

namespace pharos::server {

struct ServerOptions {
  Settings settings;
  std::unique_ptr<journal::Workspace> workspace;  // Opened to write.
  // Null: nobody is asked who they are (--open).
  std::unique_ptr<Keys> keys;
  std::unique_ptr<store::Database> room;  // Of operators, keys and the audit: access::open_room().
  std::unique_ptr<store::Database> door;  // The same, for sign-ins.
  access::PasswordCost password_cost;
  std::function<Instant()> clock;  // The wall's.
  bool takes_signals = true;       // SIGTERM, SIGINT: stop; SIGHUP: certificate and key anew.
};

class Server {
 public:
  // Listens; nothing is answered yet. Errors: io (the address cannot be used), invalid (certificate
  // or key), limit (no memory for a password's hash).
  static Result<std::unique_ptr<Server>> open(ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  std::string url() const;      // "http://127.0.0.1:8080"
  std::string address() const;  // "127.0.0.1:8080"

  // Serves until stop() or a signal: then no connection is accepted, requests at hand are finished
  // within settings.drain_time, and what they sent is durable. Errors: io (a write of the journal
  // failed; what was acknowledged is kept).
  Result<> run();
  // After run(): what an operator published meanwhile, if that is why it ended. Whoever runs the
  // server lets go of it, publishes (journal/publish.h), and opens another.
  std::optional<Publication> take_publication();
  const std::vector<Route>& routes() const;
  // Any thread, and more than once.
  void stop();
  void reload_certificate();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace pharos::server
