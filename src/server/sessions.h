// server/sessions.h: operators by the token of their session, remembered for a moment.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "access/sessions.h"
#include "server/desk.h"
#include "server/identity.h"

namespace pharos::server {

// Any thread. A page asks several things at once: what the database said of a token counts for
// a second, or until forget().
class Sessions {
 public:
  Sessions(Desk& desk, access::SessionLimits limits) : desk_(desk), limits_(limits) {}

  // Null: nobody's, ended, or its operator is not active any more. Errors: of the database.
  Task<Result<std::shared_ptr<const Identity>>> find(std::string token, Instant now);
  // To be called after whatever changes the rights of anybody.
  void forget();

 private:
  static constexpr std::size_t known_max = 10'000;
  struct Known {
    std::shared_ptr<const Identity> identity;
    Clock::time_point until;
  };
  Result<std::shared_ptr<const Identity>> read(store::Database& database, const std::string& token,
                                               Instant now) const;

  Desk& desk_;
  const access::SessionLimits limits_;
  std::mutex mutex_;
  std::uint64_t age_ = 0;  // How often everything was forgotten.
  std::unordered_map<std::string, Known> known_;
};

}  // namespace pharos::server
