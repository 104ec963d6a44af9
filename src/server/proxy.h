// server/proxy.h: who is behind the proxies that are trusted.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/message.h"

namespace pharos::server {

// "10.0.0.7", "10.0.0.0/8", "fd00::/8".
bool is_network(std::string_view text);

// Where the peer is one of `proxies`, remote_address becomes the last address in X-Forwarded-For
// that is none of them, and is_encrypted what the last X-Forwarded-Proto says. What anybody else
// sends under these names counts for nothing, and neither does what stands left of such an address:
// whoever is there could have written it. A list that cannot be read ends at its last good address.
void resolve_peer(Request& request, std::span<const std::string> proxies);

}  // namespace pharos::server
