// journal/block_fuzz.cc: any bytes as a block: refused, or read within bounds; and what was read
// can be written and read again the same.
#include <cstddef>
#include <cstdint>

#include "base/error.h"
#include "journal/block.h"
#include "journal/sample.h"

namespace pharos::journal {
namespace {

const cel::Schema& schema() {
  static const cel::Schema sample = sample_schema();
  return sample;
}

bool is_same_text(const engine::EventBatch& a, engine::TextRef in_a, const engine::EventBatch& b,
                  engine::TextRef in_b) {
  return a.view(in_a) == b.view(in_b);
}

void compare(const engine::EventBatch& a, const engine::EventBatch& b) {
  ASSERT(a.seq_first == b.seq_first && a.tick == b.tick && a.events.size() == b.events.size());
  for (std::size_t i = 0; i < a.events.size(); ++i) {
    const engine::Event& x = a.events[i];
    const engine::Event& y = b.events[i];
    ASSERT(x.type == y.type && x.time == y.time && x.account_number == y.account_number);
    ASSERT(x.member_number == y.member_number);
    ASSERT(is_same_text(a, x.id, b, y.id) && is_same_text(a, x.account, b, y.account));
    ASSERT(is_same_text(a, x.extra, b, y.extra));
    const auto& properties = schema().events[x.type].properties;
    for (std::size_t p = 0; p < properties.size(); ++p) {
      const engine::Cell in_x = a.cells[x.cells + p];
      const engine::Cell in_y = b.cells[y.cells + p];
      const bool is_text = properties[p].type == cel::PropertyType::string &&
                           in_x != engine::cell_absent && in_x != engine::cell_null;
      ASSERT(is_text ? is_same_text(a, engine::text_of(in_x), b, engine::text_of(in_y))
                     : in_x == in_y);
    }
  }
}

void try_bytes(std::string_view bytes) {
  static BlockReader reader(schema());
  static BlockWriter writer(schema());
  Block block;
  std::vector<std::uint64_t> contents;
  if (!reader.read(bytes, 1, {.contents = &contents}, block)) return;
  ASSERT(contents.size() == block.batch.events.size());
  if (block.undeclared_count > 0) return;
  std::string again;
  writer.write(block.batch, block.directory, again);
  Block same;
  ASSERT(reader.read(again, 1, {}, same).has_value());
  compare(block.batch, same.batch);
}

}  // namespace
}  // namespace pharos::journal

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pharos::journal::try_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
