// server/keys.h: API keys by their secret, looked up in memory.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "server/identity.h"

namespace pharos::server {

// Any thread.
class Keys {
 public:
  virtual ~Keys() = default;
  // Null: there is no such key, or no longer.
  virtual std::shared_ptr<const Identity> find(std::string_view secret) = 0;
};

// Looks the table over again once a second at most, so that what is added or revoked beside it
// counts soon. Errors: not_found.
Result<std::unique_ptr<Keys>> stored_keys(const std::string& dir);

}  // namespace pharos::server
