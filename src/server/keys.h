// server/keys.h: who may call: API keys, by name and scope.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "server/message.h"
#include "server/router.h"
#include "store/database.h"

namespace pharos::server {

// Who calls. Copied into requests; never the secret.
struct Principal {
  std::string name;
  std::vector<Scope> scopes;
  bool may(Scope scope) const;
};

// Any thread.
class Keys {
 public:
  virtual ~Keys() = default;
  // None: there is no such key, or no longer.
  virtual std::optional<Principal> find(std::string_view secret) = 0;
};

// Whoever comes may do everything: only for a server that listens on a loopback address.
std::unique_ptr<Keys> open_keys();

struct KeyRow {
  std::string name;
  std::vector<Scope> scopes;
  Instant created_at, expires_at;
  std::optional<Instant> revoked_at = std::nullopt;
};

// The keys of a workspace, in its database (table api_key), with the SHA-256 of each secret; a
// secret has 256 random bits, so no slower hash is needed. Opens the database for each call: beside
// a server, too.
class KeyStore {
 public:
  // Errors: not_found (no workspace).
  static Result<KeyStore> open(const std::string& dir);

  // The secret: it is shown once, and stored nowhere. Errors: conflict (the name is in use),
  // invalid (it is no name).
  Result<std::string> add(const std::string& name, const std::vector<Scope>& scopes, Instant now,
                          Instant expires_at);
  Result<std::vector<KeyRow>> list();
  // Errors: not_found.
  Result<> revoke(const std::string& name, Instant now);

 private:
  explicit KeyStore(std::unique_ptr<store::Database> database) : database_(std::move(database)) {}
  Result<> make_table();
  std::unique_ptr<store::Database> database_;
};

// Looks the table over again once a second at most, so that what is added or revoked beside it
// counts soon. Errors: not_found.
Result<std::unique_ptr<Keys>> stored_keys(const std::string& dir);

}  // namespace pharos::server
