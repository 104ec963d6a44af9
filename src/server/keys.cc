// server/keys.cc: a copy of the table of keys for those who ask often.
#include "server/keys.h"

#include <chrono>
#include <mutex>
#include <unordered_map>

#include "access/keys.h"
#include "access/schema.h"
#include "access/secret.h"

namespace pharos::server {
namespace {

constexpr std::chrono::seconds copy_age_max{1};

Instant wall_clock() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

class StoredKeys final : public Keys {
 public:
  explicit StoredKeys(std::unique_ptr<store::Database> database) : database_(std::move(database)) {}

  std::shared_ptr<const Identity> find(std::string_view secret) override {
    if (secret.empty()) return nullptr;
    const access::Sum sum = access::sha256(secret);
    const std::lock_guard lock(mutex_);
    // A table that cannot be read lets nobody in.
    if (Clock::now() >= copied_at_ + copy_age_max && !copy()) rows_.clear();
    const auto found = rows_.find({reinterpret_cast<const char*>(sum.data()), sum.size()});
    if (found == rows_.end() || found->second.expires_at <= wall_clock()) return nullptr;
    return found->second.identity;
  }

 private:
  struct Row {
    std::shared_ptr<const Identity> identity;
    Instant expires_at;
  };
  Result<> copy() {
    copied_at_ = Clock::now();
    rows_.clear();
    return access::each_key(*database_, [&](std::string_view sum, const access::ApiKey& key) {
      Identity identity{.kind = IdentityKind::key, .principal = access::principal_of(key)};
      rows_.emplace(sum,
                    Row{std::make_shared<const Identity>(std::move(identity)), key.expires_at});
    });
  }

  std::mutex mutex_;
  std::unique_ptr<store::Database> database_;
  Clock::time_point copied_at_ = Clock::time_point::min() + copy_age_max;
  std::unordered_map<std::string, Row> rows_;  // By the sum of the secret.
};

}  // namespace

Result<std::unique_ptr<Keys>> stored_keys(const std::string& dir) {
  return std::make_unique<StoredKeys>(TRY(access::open_room(dir)));
}

}  // namespace pharos::server
