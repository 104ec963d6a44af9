// access/transaction.h: all or nothing: a transaction that is undone unless it was committed.
#pragma once

#include "store/database.h"

namespace pharos::access {

// Short: the journal's writer waits meanwhile. Nothing slow, such as hashing a password, within it.
class Transaction {
 public:
  static Result<Transaction> begin(store::Database& database) {
    TRY(database.begin());
    return Transaction(database);
  }
  Transaction(Transaction&& other) noexcept : database_(other.database_) {
    other.database_ = nullptr;
  }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction() {
    if (database_ != nullptr) static_cast<void>(database_->rollback());
  }
  Result<> commit() {
    TRY(database_->commit());
    database_ = nullptr;
    return {};
  }

 private:
  explicit Transaction(store::Database& database) : database_(&database) {}
  store::Database* database_;
};

}  // namespace pharos::access
