// access/sessions.h: who is signed in: random tokens in cookies, kept here as their sums.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/operator.h"
#include "base/error.h"
#include "store/database.h"

namespace pharos::access {

struct SessionLimits {
  Duration idle = 2 * hour;       // Without a request.
  Duration absolute = 12 * hour;  // In all.
};
// A session is noted as seen at most once in this time, so it may end that much early; and ended
// ones are kept for the other, as addresses that are known.
inline constexpr Duration session_seen_every = minute;
inline constexpr Duration session_kept = 90 * day;

// Shown once: the token goes into the cookie, the other into the page.
struct NewSession {
  std::int64_t id = 0;
  std::string token;
  std::string csrf_token;
};

struct Session {
  std::int64_t id = 0;
  OperatorId operator_id;
  std::string address, agent;
  Instant created_at{}, seen_at{};
};

// Follows from the token and cannot be turned back to it.
std::string csrf_token_of(std::string_view token);
// What every request that changes something has to bring beside its cookie.
bool is_csrf_token(std::string_view token, std::string_view csrf_token);

// Within the transaction of the caller, who knows who it is. Forgets sessions of long ago.
Result<NewSession> begin_session(store::Database& database, OperatorId id, std::string_view agent,
                                 const Caller& caller);
// Of an active operator and within its limits; marks it as seen. None: 401.
Result<std::optional<Session>> find_session(store::Database& database, std::string_view token,
                                            const SessionLimits& limits, Instant now);
// The same session under a new token, after its rights changed; the old token is dead. Its times go
// on. Errors: not_found.
Result<NewSession> rotate_session(store::Database& database, std::string_view token,
                                  const Caller& caller);

// Those that have not ended, the newest first; limits are the caller's to hold them to.
Result<std::vector<Session>> list_sessions(store::Database& database, OperatorId id);
// Sign-out, and revocation from the list. Errors: not_found (no such session of that operator).
Result<> end_session(store::Database& database, OperatorId id, std::int64_t session,
                     const Caller& caller);
// All but one (0: all). Within the transaction of the caller.
Result<> end_sessions(store::Database& database, OperatorId id, std::int64_t except, Instant now);

// Whether the operator signed in from there in the last 90 days.
Result<bool> is_known_address(store::Database& database, OperatorId id, std::string_view address,
                              Instant now);

}  // namespace pharos::access
