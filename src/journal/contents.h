// journal/contents.h: what makes two events with one id the same event: a hash over the account,
// the member, the name, the time, the properties by name, and the rest. The order of properties and
// what else a playbook declares do not matter, so a block can say it under any later playbook.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "cel/schema.h"
#include "engine/event.h"

namespace pharos::journal {

// Terms of the hash; they are added up.
constexpr std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a ^ 0xA0761D6478BD642F) *
                       static_cast<unsigned __int128>(b ^ 0xE7037ED1A0B428DB);
  return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
}
inline std::uint64_t account_term(std::string_view id) {
  return mixed(1, quick_hash(id));
}
inline std::uint64_t member_term(std::string_view id) {
  return id.empty() ? 0 : mixed(2, quick_hash(id));
}
inline std::uint64_t name_term(std::string_view event_name) {
  return mixed(3, quick_hash(event_name));
}
inline std::uint64_t extra_term(std::string_view json) {
  return json.empty() ? 0 : mixed(4, hash64(json));
}
inline std::uint64_t time_term(Instant time) {
  return mixed(5, static_cast<std::uint64_t>(time.ms));
}
inline std::uint64_t property_key(std::string_view name) {
  return hash64(name, 6);
}
inline std::uint64_t value_term(std::uint64_t key, engine::Cell value) {
  return mixed(key, static_cast<std::uint64_t>(value));
}
inline std::uint64_t text_term(std::uint64_t key, std::string_view text) {
  return mixed(key, quick_hash(text));
}
// What is kept of the sum; never zero.
constexpr std::uint32_t kept(std::uint64_t sum) {
  const std::uint64_t whole = mixed(sum, 8);
  const auto half = static_cast<std::uint32_t>(whole >> 32);
  return half == 0 ? 1 : half;
}

// The sum for events as they come in, with ids as texts.
class Contents {
 public:
  explicit Contents(const cel::Schema& schema);
  std::uint64_t sum_of(const engine::EventBatch& batch, const engine::Event& event) const;

 private:
  struct Property {
    std::uint64_t key;
    cel::PropertyType type;
    std::vector<std::uint64_t> value_terms;  // Of an enum.
  };
  struct Type {
    std::uint64_t name;
    std::vector<Property> properties;
  };
  std::vector<Type> types_;
};

}  // namespace pharos::journal
