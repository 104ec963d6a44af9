// journal/block_links.cc: what a merged block says of those that it stands for.
#include <cstring>

#include "journal/block.h"
#include "journal/block_layout.h"

namespace pharos::journal {

Result<std::vector<std::uint64_t>> read_links(ByteReader& in, std::uint64_t number) {
  if (in.bytes(block_mark.size()) != block_mark)
    return fail(ErrorCode::corrupt, "block {}: does not begin as a block does", number);
  const int format = in.byte();
  if (in.failed()) return fail(ErrorCode::corrupt, "block {}: its head cannot be read", number);
  if (format != block_format && format != block_format_merged)
    return fail(ErrorCode::invalid, "block {}: format {} is of a newer Pharos, this one reads {}",
                number, format, block_format_merged);
  std::vector<std::uint64_t> links;
  if (format == block_format) return links;
  const std::uint64_t count = in.varint();
  if (count > in.remaining() / sizeof(std::uint64_t)) in.fail();
  if (!in.failed()) links.resize(count);
  const std::string_view bytes = in.bytes(links.size() * sizeof(std::uint64_t));
  if (links.empty() || in.failed())
    return fail(ErrorCode::corrupt, "block {}: its links cannot be read", number);
  std::memcpy(links.data(), bytes.data(), bytes.size());
  return links;
}

Result<std::vector<std::uint64_t>> links_of(std::string_view bytes, std::uint64_t number) {
  ByteReader in(bytes);
  return read_links(in, number);
}

Step step_of(std::uint64_t chain_before, std::uint64_t checksum,
             std::span<const std::uint64_t> links) {
  if (links.empty()) return {1, chain_of(chain_before, checksum)};
  Step step{links.size(), chain_before};
  for (const std::uint64_t link : links) step.chain = chain_of(step.chain, link);
  return step;
}

}  // namespace pharos::journal
