// ingest/csv_fuzz.cc: any bytes as CSV: nothing is read twice or lost, whole or cut in pieces.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ingest/csv.h"

namespace pharos::ingest {
namespace {

struct Rows {
  std::vector<std::string> rows;
  std::uint64_t lines = 0;
};

// Fields joined by a byte that the fuzzer rarely finds; the line before them.
void read(std::string_view bytes, char delimiter, Rows& rows) {
  CsvReader reader(bytes, delimiter);
  std::size_t position = 0;
  while (reader.next()) {
    ASSERT(reader.position() > position && reader.position() <= bytes.size());
    position = reader.position();
    std::string row = std::to_string(rows.lines + reader.line()) + ":";
    if (reader.fault())
      row += name_of(reader.fault()->code);
    else
      for (const std::string_view field : reader.fields()) (row += '\x1E') += field;
    rows.rows.push_back(std::move(row));
  }
  rows.lines += reader.lines_read();
}

void try_bytes(std::string_view bytes) {
  if (bytes.empty()) return;
  const char delimiter = bytes[0] % 2 == 0 ? ',' : ';';
  std::string text(bytes.substr(1));
  if (!text.ends_with('\n')) text += '\n';  // As the Chunker leaves it.
  Rows whole;
  read(text, delimiter, whole);

  Rows pieces;
  std::string_view rest = text;
  const std::size_t step = 1 + static_cast<unsigned char>(bytes[0]) % 40;
  for (std::size_t size = step; !rest.empty(); size += step) {
    const bool last = size >= rest.size();
    const std::size_t cut = csv_cut(rest.substr(0, size), delimiter, last);
    ASSERT(cut <= std::min(size, rest.size()));
    if (cut == 0) {
      ASSERT(!last);
      continue;
    }
    read(rest.substr(0, cut), delimiter, pieces);
    rest.remove_prefix(cut);
    size = 0;
  }
  ASSERT(pieces.rows == whole.rows);
}

}  // namespace
}  // namespace pharos::ingest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pharos::ingest::try_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
