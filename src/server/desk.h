// server/desk.h: the room of operators, keys and the audit, behind one thread.
#pragma once

#include <memory>
#include <string>

#include "server/offload.h"
#include "store/database.h"

namespace pharos::server {

// One connection and one thread: what is asked is done in turn. Any thread may ask.
class Desk {
 public:
  explicit Desk(std::unique_ptr<store::Database> database) : database_(std::move(database)) {}

  // The result of `act`, which is called with the database. It has a name where it is passed: GCC
  // 12 destroys a closure twice that is made within a co_await.
  template <class F>
  auto run(F&& act) {
    return offload(pool_, [this, act = std::forward<F>(act)]() mutable { return act(*database_); });
  }
  // What was asked is done; nothing more may be.
  void stop() { pool_.join(); }

 private:
  std::unique_ptr<store::Database> database_;
  Pool pool_{1};
};

}  // namespace pharos::server
