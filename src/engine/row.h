// engine/row.h: an account or a member as it is now, with texts of its own.
#pragma once

#include "engine/effect.h"
#include "engine/state.h"

namespace pharos::engine {

AccountRow account_row(const State& state, AccountNumber account);
MemberRow member_row(const State& state, MemberNumber member);

}  // namespace pharos::engine
