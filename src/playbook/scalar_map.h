// playbook/scalar_map.h: where the characters of a YAML scalar stand in its document.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace pharos::playbook {

struct ScalarMap {
  std::size_t begin = 0;  // Byte of the document where the text begins, behind an opening quote.
  // (code points into the text, byte of the document) where a new run begins; empty for one run.
  std::vector<std::pair<std::size_t, std::size_t>> pieces;
  bool closed = true;  // An opening quote has its closing one.
};

// Walks the resolved `text` of a scalar and the `document` from `offset`, where the scalar is
// written, side by side: through escapes, folded lines and blocks.
ScalarMap map_scalar(std::string_view document, std::size_t offset, std::string_view text,
                     bool quoted);

}  // namespace pharos::playbook
