// server/members.h: the members of a small JSON object that a request brings, each read by name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "server/body.h"

namespace pharos::server {

// The first fault is kept and what is read from then on is empty, so a reader asks once, at its
// end: see fault().
class Members {
 public:
  explicit Members(Json json);

  bool has(std::string_view name) const;
  std::string text(std::string_view name);  // It must be there.
  std::string text_or(std::string_view name, std::string_view fallback);
  bool flag_or(std::string_view name, bool fallback);
  std::vector<std::string> texts_or(std::string_view name, std::vector<std::string> fallback);
  // Problems: invalid_request: the first fault, or a member that nobody read.
  Answer<> fault();

 private:
  const Json* find(std::string_view name, JsonKind kind);
  void fail(std::string what);

  Json json_;
  std::vector<std::string> read_;
  std::optional<std::string> fault_;
};

inline constexpr std::uint64_t members_bytes_max = 65'536;
// The whole body. An empty one is an empty object. Problems: bad_json, too_large, those of the
// body.
Task<Answer<Members>> read_members(Body& body);

}  // namespace pharos::server
