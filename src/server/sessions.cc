// server/sessions.cc: look-ups on the desk's thread, and what they said.
#include "server/sessions.h"

#include "access/operators.h"

namespace pharos::server {
namespace {

constexpr std::chrono::seconds known_for{1};

}  // namespace

Result<std::shared_ptr<const Identity>> Sessions::read(store::Database& database,
                                                       const std::string& token,
                                                       Instant now) const {
  const auto session = TRY(access::find_session(database, token, limits_, now));
  if (!session) return nullptr;
  Identity identity{.kind = IdentityKind::session,
                    .principal = TRY(access::principal_of(database, session->operator_id)),
                    .session = session->id,
                    .session_token = token,
                    .session_ends_at = std::min(session->created_at + limits_.absolute,
                                                session->seen_at + limits_.idle)};
  return std::make_shared<const Identity>(std::move(identity));
}

Task<Result<std::shared_ptr<const Identity>>> Sessions::find(std::string token, Instant now) {
  std::uint64_t age = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(token);
    if (known != known_.end() && Clock::now() < known->second.until)
      co_return known->second.identity;
    age = age_;
  }
  const auto look = [&](store::Database& database) { return read(database, token, now); };
  auto found = co_await desk_.run(look);
  if (found && *found) {
    const std::lock_guard lock(mutex_);
    if (known_.size() >= known_max) known_.clear();
    if (age == age_) known_[token] = {*found, Clock::now() + known_for};
  }
  co_return found;
}

void Sessions::forget() {
  const std::lock_guard lock(mutex_);
  ++age_;
  known_.clear();
}

}  // namespace pharos::server
