// server/identity.h: who asks: an operator in a session, the holder of a key, or, with --open,
// whoever sits at this machine.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "access/operator.h"
#include "access/permission.h"
#include "server/message.h"

namespace pharos::server {

enum class IdentityKind : std::uint8_t { local, key, session };

// As they stand now. Shared by requests, never changed.
struct Identity {
  IdentityKind kind = IdentityKind::local;
  access::Principal principal = {};
  // Of a session.
  std::int64_t session = 0;
  std::string session_token = {};
  Instant session_ends_at{};

  bool may(access::Action action, access::Resource resource) const {
    return access::allowed(principal, action, resource);
  }
  std::string name() const;  // "operator 7", "key shop", "local"
  // For what is written down with a change.
  access::Caller caller(const Request& request, Instant now) const;
};

// The owner of the machine: everything is allowed.
std::shared_ptr<const Identity> local_identity();

// "__Host-pharos_session" where the connection is encrypted: no other host or port can set it.
std::string_view session_cookie_name(bool is_encrypted);
// The header's value; an empty token takes the cookie away.
std::string session_cookie(std::string_view token, bool is_encrypted, Duration lifetime);

}  // namespace pharos::server
