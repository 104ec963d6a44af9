// playbook/fixture.h: for the tests of this folder: playbooks from text, and faults as text.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>

#include "playbook/load.h"

namespace pharos::playbook {

using Files = std::map<std::string, std::string>;

inline Loaded load_files(const Files& files, const std::string& main) {
  return load(main, [&](const std::string& path) -> Result<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return fail(ErrorCode::not_found, "no such file");
    return found->second;
  });
}
inline Loaded load_text(const std::string& text) {
  return load_files({{"p.yaml", text}}, "p.yaml");
}

inline std::string faults_of(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& d : diagnostics) text += (text.empty() ? "" : "\n") + format_diagnostic(d);
  return text;
}
inline std::string faults_of(const Loaded& loaded) {
  return faults_of(loaded.diagnostics);
}

// A playbook of one track, whose nodes begin in line 6.
inline std::string with_nodes(const std::string& nodes) {
  return "playbook: p\ntracks:\n  main:\n    - stage: s\n      nodes:\n" + nodes;
}
// A playbook whose lines from the second on are these.
inline std::string with_lines(const std::string& lines) {
  return "playbook: p\n" + lines + "tracks: {main: [{stage: s, nodes: [{node: a, on: login}]}]}\n";
}

}  // namespace pharos::playbook
