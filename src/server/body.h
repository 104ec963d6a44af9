// server/body.h: what a client sends behind the head of its request, piece by piece.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "server/coding.h"
#include "server/problem.h"
#include "server/task.h"

namespace pharos::server {

struct Settings;  // settings.h

// A single reader, once through.
class Body {
 public:
  virtual ~Body() = default;
  // Appends the next piece; false at the end. Problems: timeout, too_large, invalid_request,
  // unsupported_encoding. After a problem the rest is not to be read.
  virtual Task<Answer<bool>> next(std::string& into) = 0;
  // Bytes as the client sends them: what it announced, or what has come if that is more.
  virtual std::uint64_t sent_bytes() const = 0;
};

// The same body unpacked; as it is, with a null decoder. `inner` must outlive it. A piece
// that unpacks to nothing is followed by the next; past `silent_bytes_max` of them it is too large.
class UnpackedBody final : public Body {
 public:
  UnpackedBody(Body& inner, std::unique_ptr<Decoder> decoder)
      : inner_(inner), decoder_(std::move(decoder)) {}
  static constexpr std::uint64_t silent_bytes_max = 4U << 20;
  Task<Answer<bool>> next(std::string& into) override;
  std::uint64_t sent_bytes() const override { return inner_.sent_bytes(); }

 private:
  Body& inner_;
  std::unique_ptr<Decoder> decoder_;
  std::string packed_;
  std::size_t used_ = 0;  // Of packed_.
  bool full_ = false;     // The last piece was cut where it was: more waits in the decoder.
  bool any_ = false;
};

struct BodyLimits {
  std::uint64_t sent_bytes_max;
  std::uint64_t bytes_max;  // Unpacked.
};
// Everything at once, with `padding` readable bytes behind it. Problems: those of next();
// too_large.
Task<Answer<std::string>> read_all(Body& body, BodyLimits limits, std::size_t padding = 0);

// The same, parsed. Problems: also bad_json.
Task<Answer<Json>> read_json(Body& body, BodyLimits limits);
// As the settings have them.
BodyLimits limits_of(const Settings& settings);

}  // namespace pharos::server
