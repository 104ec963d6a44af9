// tidy/rules.h: the house rules, each a function from the tree to the places that break it.
#pragma once

#include "tidy/tree.h"

namespace pharos::tidy {

// Folders (floors.cc).
Faults check_floors(const Tree& tree);      // A folder includes only floors below its own.
Faults check_uses(const Tree& tree);        // USES in src/CMakeLists.txt is what the includes say.
Faults check_purity(const Tree& tree);      // Pure folders know no clock, thread, I/O or chance.
Faults check_heavy(const Tree& tree);       // A heavy header is met by one source (and tests) only.
Faults check_folder_map(const Tree& tree);  // Both READMEs name exactly the folders of src/.

// Files (files.cc).
Faults check_first_line(const Tree& tree);  // "// folder/file.h: what it holds."
Faults check_pragma_once(const Tree& tree);
Faults check_include_order(const Tree& tree);  // Own header, system, ours; sorted.
Faults check_length(const Tree& tree);
Faults check_blanks(const Tree& tree);      // No tabs, no trailing blanks, one newline at the end.
Faults check_unfinished(const Tree& tree);  // Nothing is left for later in a comment.
Faults check_links(const Tree& tree);       // Relative links of documents lead somewhere.

// The include of a line, with its brackets or quotes; empty if it is none.
std::string include_of(std::string_view line);

}  // namespace pharos::tidy
