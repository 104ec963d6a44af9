// server/http_parser_fuzz.cc: any bytes, in pieces of any size, are requests or a problem; pieces
// do not matter.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/http_parser.h"

namespace {

using namespace pharos::server;

// Every request up to the first problem, told in one text.
std::string told(std::string_view bytes, std::size_t step) {
  std::string story, input;
  auto parser = std::make_unique<HttpParser>(512);
  bool has_head = false;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    input += bytes.substr(at, step);
    for (bool goes_on = true; goes_on && !input.empty();) {
      if (!has_head) {
        const auto head = parser->read_head(input);
        if (!head) return story + "!";
        has_head = *head;
        if (!has_head) break;
        story += parser->request().method_name + " " + parser->request().path + "\n";
      }
      const auto some = parser->read_body(input, story);
      if (!some) return story + "!";
      goes_on = *some;
      if (!parser->is_done()) continue;
      story += "\n;\n";
      parser = std::make_unique<HttpParser>(512);
      has_head = false;
    }
  }
  return story;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::string whole = told(bytes, bytes.size() + 1);
  const std::string pieces = told(bytes, 1 + data[0] % 64);
  // A limit may be met sooner in one piece than in the other; what was told before it is the same.
  ASSERT(whole.ends_with('!') || pieces.ends_with('!') || whole == pieces);
  return 0;
}
