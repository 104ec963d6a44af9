// playbook/documents.cc: include, and the merging of sections.
#include "playbook/documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"

namespace pharos::playbook {
namespace {

// "tracks/main.yaml" of "./tracks//main.yaml"; or why it may not be included.
Result<std::string> normal_path(std::string_view written) {
  if (written.size() > 512) return fail(ErrorCode::invalid, "is longer than 512 bytes");
  if (written.starts_with('/')) return fail(ErrorCode::invalid, "is an absolute path");
  if (written.find('\\') != std::string_view::npos || written.find(':') != std::string_view::npos)
    return fail(ErrorCode::invalid, "has a \"\\\" or \":\"");
  std::string path;
  for (const std::string_view part : split(written, '/')) {
    if (part == "..") return fail(ErrorCode::invalid, "leaves the folder of the playbook");
    if (part.empty() || part == ".") continue;
    if (!path.empty()) path += '/';
    path += part;
  }
  if (path.empty()) return fail(ErrorCode::invalid, "names no file");
  return path;
}

class DocumentReader {
 public:
  DocumentReader(const std::string& main, const Reader& reader, Faults& faults,
                 Documents& documents)
      : reader_(reader), faults_(faults), documents_(documents) {
    const std::size_t slash = main.rfind('/');
    if (slash != std::string::npos) folder_ = main.substr(0, slash + 1);
    main_ = main.substr(folder_.size());
  }

  bool run() {
    read(main_, nullptr);
    return complete_;
  }

 private:
  void fault(const Place& place, std::string message, std::string hint = "") {
    faults_.error(place, std::move(message), std::move(hint));
    complete_ = false;
  }

  void read(const std::string& path, const Outline* include) {
    const std::string file = folder_ + path;
    auto text = reader_(file);
    if (!text) {
      if (include)
        return fault(include->place,
                     fmt::format("cannot include {}: {}", shortened(path), text.error().message));
      return fault({file, 0, 0}, text.error().message);
    }
    OutlineResult outline = parse_outline(*text, file);
    complete_ = complete_ && outline.complete;
    faults_.add(std::move(outline.diagnostics));
    documents_.sources.push_back({path, *std::move(text)});
    documents_.files.push_back(file);
    const Outline& root = documents_.roots.emplace_back(std::move(outline.root));
    if (!outline.complete) return;
    if (root.kind == OutlineKind::map) {
      chain_.push_back(path);
      if (const Outline* found = root.find("include")) include_all(*found);
      chain_.pop_back();
    } else if (root.kind == OutlineKind::null) {
      fault({file, 0, 0}, "the file is empty; expected a playbook or a part of one");
    } else {
      fault(root.place, fmt::format("found {}; expected a map with the sections of a playbook",
                                    name_of(root.kind)));
    }
  }

  void include_all(const Outline& value) {
    if (value.kind != OutlineKind::list) return include(value);
    for (const Outline& item : value.items) include(item);
  }

  void include(const Outline& value) {
    const std::string* written = read_text(faults_, value, "the path of a file to include");
    if (!written) {
      complete_ = false;
      return;
    }
    const auto path = normal_path(*written);
    if (!path)
      return fault(value.place, fmt::format("{} {}", shortened(*written), path.error().message),
                   "Write a path inside the folder of the main document, such as "
                   "tracks/main.yaml.");
    if (std::ranges::find(chain_, *path) != chain_.end()) {
      std::string circle;
      for (auto at = std::ranges::find(chain_, *path); at != chain_.end(); ++at)
        circle += *at + " -> ";
      return fault(value.place, fmt::format("{} includes itself: {}{}", *path, circle, *path));
    }
    const auto [first, fresh] = included_.emplace(*path, value.place);
    if (!fresh)
      return fault(value.place,
                   fmt::format("{} is included twice; first at {}:{}:{}", *path, first->second.file,
                               first->second.line, first->second.column));
    if (documents_.sources.size() >= document_count_max)
      return fault(value.place,
                   fmt::format("a playbook has at most {} documents", document_count_max));
    read(*path, &value);
  }

  const Reader& reader_;
  Faults& faults_;
  Documents& documents_;
  std::string folder_, main_;
  std::vector<std::string> chain_;         // The documents being read, outermost first.
  std::map<std::string, Place> included_;  // Where each was first included.
  bool complete_ = true;
};

// Puts the members of one document's section behind those of the others.
class Merge {
 public:
  Merge(Faults& faults, std::string section, std::string of, Members& into)
      : faults_(faults), section_(std::move(section)), of_(std::move(of)), into_(into) {}

  void add(const Outline& key, const Outline& value) {
    if (value.kind == OutlineKind::null) {
      faults_.error(key.place, fmt::format("{} is empty", section_), "Fill it, or leave it out.");
      return;
    }
    if (value.kind == OutlineKind::map) {
      for (const auto& [name, member] : value.members) add_member(name, member);
    } else if (section_ == "teams" && value.kind == OutlineKind::list) {
      for (const Outline& team : value.items) add_member(team, team);
    } else {
      report_kind(faults_, value, fmt::format("a map of {}, by name", section_));
    }
  }

 private:
  void add_member(const Outline& name, const Outline& member) {
    const auto [first, fresh] = places_.emplace(name.text, &name.place);
    if (fresh || name.kind != OutlineKind::scalar) {
      into_.emplace_back(&name, &member);
      return;
    }
    faults_.error(name.place, fmt::format("{} {} is defined twice; first at {}:{}:{}", of_,
                                          shortened(name.text), first->second->file,
                                          first->second->line, first->second->column));
  }

  Faults& faults_;
  std::string section_, of_;
  Members& into_;
  std::map<std::string, const Place*> places_;
};

}  // namespace

bool read_documents(const std::string& path, const Reader& reader, Faults& faults,
                    Documents& documents) {
  return DocumentReader(path, reader, faults, documents).run();
}

Sections merge_sections(const Documents& documents, Faults& faults) {
  Sections sections;
  std::vector<std::pair<std::string, const Outline**>> single = {
      {"playbook", &sections.playbook}, {"model", &sections.model},
      {"timezone", &sections.timezone}, {"currency", &sections.currency},
      {"label", &sections.label},
  };
  std::vector<std::pair<std::string, Merge>> merges;
  const auto merge = [&](const std::string& section, const std::string& of, Members& into) {
    merges.emplace_back(section, Merge(faults, section, of, into));
  };
  merge("teams", "team", sections.teams);
  merge("attributes", "attribute", sections.attributes);
  merge("members", "member attribute", sections.members);
  merge("events", "event", sections.events);
  merge("tracks", "track", sections.tracks);
  merge("segments", "segment", sections.segments);
  merge("metrics", "metric", sections.metrics);
  merge("tree", "metric in the tree", sections.tree);

  std::vector<std::string> known = {"include"};
  for (const auto& [key, value] : single) known.push_back(key);
  for (const auto& [key, value] : merges) known.push_back(key);

  const auto take = [&](const Outline& key, const Outline& value) {
    for (auto& [name, into] : single) {
      if (name != key.text) continue;
      if (!*into)
        *into = &value;
      else
        faults.error(key.place,
                     fmt::format("{} is given twice; first at {}:{}:{}", name, (*into)->place.file,
                                 (*into)->place.line, (*into)->place.column));
      return true;
    }
    for (auto& [name, into] : merges) {
      if (name != key.text) continue;
      into.add(key, value);
      return true;
    }
    return key.text == "include";
  };
  for (const Outline& root : documents.roots)
    for (const auto& [key, value] : root.members) {
      if (take(key, value)) continue;
      std::string hint = faults.near(key.text, known);
      if (hint.empty()) hint = fmt::format("Known here: {}.", fmt::join(known, ", "));
      faults.error(key.place, fmt::format("{} is not a section of a playbook", shortened(key.text)),
                   std::move(hint));
    }
  return sections;
}

}  // namespace pharos::playbook
