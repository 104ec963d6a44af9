// playbook/fault_document.cc: faults meet the texts they are about.
#include "playbook/fault_document.h"

#include <algorithm>

namespace pharos::playbook {

FaultTexts texts_of(const Loaded& loaded, const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);  // npos + 1 is 0.
  FaultTexts texts;
  for (const Source& source : loaded.sources) texts.push_back({folder + source.path, source.text});
  return texts;
}

Excerpt excerpt_of(const Diagnostic& diagnostic, const FaultTexts& texts) {
  const auto found = std::ranges::find(texts, diagnostic.place.file, &FaultText::file);
  return found == texts.end() ? Excerpt{} : excerpt_at(found->text, diagnostic.place);
}

void put_faults(Document& document, const Diagnostics& diagnostics, const FaultTexts& texts) {
  document.open_list();
  for (const Diagnostic& diagnostic : diagnostics) {
    const Excerpt excerpt = excerpt_of(diagnostic, texts);
    document.open_object();
    document.key("severity").text(diagnostic.severity == Severity::error ? "error" : "warning");
    document.key("file").text(diagnostic.place.file);
    document.key("line").integer(diagnostic.place.line);
    document.key("column").integer(diagnostic.place.column);
    document.key("message").text(diagnostic.message);
    document.key("hint").text(diagnostic.hint);
    document.key("excerpt").text(excerpt.line);
    document.key("excerpt_column").integer(excerpt.column);
    document.close_object();
  }
  document.close_list();
}

}  // namespace pharos::playbook
