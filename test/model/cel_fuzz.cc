// model/cel_fuzz.cc: expressions and bindings from bytes: src/cel must answer what the model does.
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "base/error.h"
#include "model/duel.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const pharos::model::Duel duel = pharos::model::duel(pharos::model::Choices({data, size}));
  if (duel.verdict == pharos::model::Verdict::different) std::fputs(duel.report.c_str(), stderr);
  ASSERT(duel.verdict != pharos::model::Verdict::different);
  return 0;
}
