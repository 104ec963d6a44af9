// cli/calc_fuzz.cc: any bytes as a document of pharos calc: a fault with its place, or a result
// that can be written and read again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cli/calc.h"

namespace pharos::cli {
namespace {

// A document of cases, or one case; each by every family, whatever it says it is.
void try_case(const Json& document) {
  for (const CalcKind& kind : calc_kinds()) {
    for (const CalcFamily& family : kind.families) {
      const Field field(document);
      const Json result = family.run(field);
      if (!field.ok()) continue;
      Document written(Layout::one_line);
      put_json(written, result);
      const Result<Json> read = parse_json(written.take());
      ASSERT(read);
      ASSERT(!first_difference(*read, result, nullptr));
    }
  }
}

void try_bytes(std::string_view bytes) {
  const Result<Json> document = parse_json(bytes);
  if (!document) {
    ASSERT(!document.error().message.empty());
    return;
  }
  try_case(*document);
  const Json* const cases = document->find("cases");
  if (const auto* list = cases ? cases->as<JsonList>() : nullptr)
    for (const Json& one : *list) try_case(one);
}

}  // namespace
}  // namespace pharos::cli

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pharos::cli::try_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
