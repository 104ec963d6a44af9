// server/identity.cc: names of callers, and the cookie of a session.
#include "server/identity.h"

#include "access/audit.h"

namespace pharos::server {

std::string Identity::name() const {
  if (kind == IdentityKind::local) return "local";
  return kind == IdentityKind::key ? "key " + principal.who.name
                                   : access::name_of(principal.who.id);
}

access::Caller Identity::caller(const Request& request, Instant now) const {
  access::Caller caller{.actor = principal.who.id, .address = request.remote_address, .now = now};
  if (kind == IdentityKind::key) caller.key = principal.who.name;
  return caller;
}

std::shared_ptr<const Identity> local_identity() {
  static const std::shared_ptr<const Identity> identity = [] {
    Identity local;
    local.principal.who.name = "local";
    local.principal.who.state = access::OperatorState::active;
    local.principal.role = *access::find_built_in_role("owner");
    return std::make_shared<const Identity>(std::move(local));
  }();
  return identity;
}

std::string_view session_cookie_name(bool is_encrypted) {
  return is_encrypted ? "__Host-pharos_session" : "pharos_session";
}

std::string session_cookie(std::string_view token, bool is_encrypted, Duration lifetime) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{}",
                     session_cookie_name(is_encrypted), token,
                     token.empty() ? 0 : lifetime.ms / 1'000, is_encrypted ? "; Secure" : "");
}

}  // namespace pharos::server
