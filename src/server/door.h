// server/door.h: where passwords are looked at: slow work, kept away from all other.
#pragma once

#include <atomic>
#include <memory>

#include "access/sign_in.h"
#include "server/offload.h"

namespace pharos::server {

// A thread and a connection of its own, so that no hash (100 ms and more) holds up a session's
// check. Any thread may ask. Who comes when `waiting_max` wait is sent away at once: a crowd at the
// door costs memory, and nobody would wait that long.
class Door {
 public:
  static constexpr int waiting_max = 64;

  // Errors: limit (no memory for a hash).
  static Result<std::unique_ptr<Door>> open(std::unique_ptr<store::Database> database,
                                            const access::PasswordCost& cost) {
    access::SignIn sign_in = TRY(access::SignIn::open(*database, cost, {}));
    return std::unique_ptr<Door>(new Door(std::move(database), std::move(sign_in), cost));
  }

  // The result of `act(database, sign_in)`. Errors: unavailable (too many wait), and its own.
  template <class F>
  Task<std::invoke_result_t<F&, store::Database&, access::SignIn&>> run(F act) {
    if (++waiting_ > waiting_max) return turn_away<F>();
    return offload(pool_, [this, act = std::move(act)]() mutable {
      auto result = act(*database_, sign_in_);
      --waiting_;
      return result;
    });
  }
  const access::PasswordCost& cost() const { return cost_; }
  void stop() { pool_.join(); }

 private:
  Door(std::unique_ptr<store::Database> database, access::SignIn sign_in,
       const access::PasswordCost& cost)
      : database_(std::move(database)), sign_in_(std::move(sign_in)), cost_(cost) {}
  template <class F>
  Task<std::invoke_result_t<F&, store::Database&, access::SignIn&>> turn_away() {
    --waiting_;
    co_return fail(ErrorCode::unavailable, "too many sign in at this moment");
  }

  std::unique_ptr<store::Database> database_;
  access::SignIn sign_in_;
  const access::PasswordCost cost_;
  std::atomic<int> waiting_{0};
  Pool pool_{1};
};

}  // namespace pharos::server
