// server/body.cc: unpacking on the way, and whole bodies within a limit.
#include "server/body.h"

#include "server/settings.h"

namespace pharos::server {

Task<Answer<bool>> UnpackedBody::next(std::string& into) {
  if (!decoder_) co_return co_await inner_.next(into);
  const std::size_t first = into.size();
  std::uint64_t silent_bytes = 0;
  while (into.size() == first) {
    if (used_ == packed_.size() && !full_) {
      packed_.clear();
      used_ = 0;
      const Answer<bool> more = co_await inner_.next(packed_);
      if (!more) co_return std::unexpected(more.error());
      if (!*more) {
        if (!any_ || decoder_->is_whole()) co_return false;
        co_return refuse(ProblemCode::unsupported_encoding,
                         "the packed body ends too early; send it whole");
      }
      any_ = any_ || !packed_.empty();
      silent_bytes += packed_.size();
      if (silent_bytes > silent_bytes_max)
        co_return refuse(ProblemCode::too_large, "the packed body holds too much that is nothing");
    }
    std::string_view rest = std::string_view(packed_).substr(used_);
    const Answer<> fed = decoder_->feed(rest, into);
    if (!fed) co_return std::unexpected(fed.error());
    used_ = packed_.size() - rest.size();
    full_ = into.size() - first == Decoder::piece_bytes;
  }
  co_return true;
}

Task<Answer<std::string>> read_all(Body& body, BodyLimits limits, std::size_t padding) {
  std::string all;
  while (true) {
    if (body.sent_bytes() > limits.sent_bytes_max || all.size() > limits.bytes_max)
      co_return refuse(ProblemCode::too_large,
                       "the body has more than {} bytes, or unpacks to more than {}; send less at "
                       "once, or a stream of application/x-ndjson to /v1/events",
                       limits.sent_bytes_max, limits.bytes_max);
    const Answer<bool> more = co_await body.next(all);
    if (!more) co_return std::unexpected(more.error());
    if (!*more) break;
  }
  all.reserve(all.size() + padding);
  co_return std::move(all);
}

Task<Answer<Json>> read_json(Body& body, BodyLimits limits) {
  const Answer<std::string> text = co_await read_all(body, limits);
  if (!text) co_return std::unexpected(text.error());
  Result<Json> json = parse_json(*text);
  if (!json) co_return refuse(ProblemCode::bad_json, "{}", json.error().message);
  co_return *std::move(json);
}

BodyLimits limits_of(const Settings& settings) {
  return {static_cast<std::uint64_t>(settings.body_bytes),
          static_cast<std::uint64_t>(settings.unpacked_bytes)};
}

}  // namespace pharos::server
