// playbook/documents.h: the documents of one playbook, and its sections merged over all of them.
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "playbook/load.h"
#include "playbook/outline.h"
#include "playbook/reading.h"

namespace pharos::playbook {

inline constexpr std::size_t document_count_max = 64;

struct Documents {
  std::vector<Source> sources;
  std::vector<std::string> files;  // Beside sources: how places name them.
  std::deque<Outline> roots;       // Beside sources.
};

// Reads the main document and, depth first, what it includes. False if one of them could not be
// read to its end, so that whatever is checked further would complain about what is merely not
// there.
bool read_documents(const std::string& path, const Reader& reader, Faults& faults,
                    Documents& documents);

// The members of one map, over all documents that hold a part of it.
using Members = std::vector<std::pair<const Outline*, const Outline*>>;

struct Sections {
  // At most one of each; null if absent.
  const Outline* playbook = nullptr;
  const Outline* model = nullptr;
  const Outline* timezone = nullptr;
  const Outline* currency = nullptr;
  const Outline* label = nullptr;
  Members teams, attributes, members, events, tracks, segments, metrics, tree;
};
// A name that two documents define is reported with both places, and the first counts.
Sections merge_sections(const Documents& documents, Faults& faults);

}  // namespace pharos::playbook
