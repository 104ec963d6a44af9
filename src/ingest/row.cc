// ingest/row.cc: texts of rows in messages.
#include "ingest/row.h"

#include "base/text.h"

namespace pharos::ingest {

std::string_view cut_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xC0) == 0x80) --bytes_max;
  return text.substr(0, bytes_max);
}

std::string readable(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 1;
    while (size < 4 && at + size <= text.size() && !is_utf8(text.substr(at, size))) ++size;
    const std::string_view point = text.substr(at, size);
    const bool valid = is_utf8(point);
    out += valid ? point : "\xEF\xBF\xBD";
    at += valid ? point.size() : 1;
  }
  return out;
}

std::string shown(std::string_view text) {
  return quoted(cut_text(text, reason_text_bytes_max)) +
         (text.size() > reason_text_bytes_max ? "..." : "");
}

std::string shown(const Field& field) {
  if (field.kind() == FieldKind::text) return shown(field.text());
  return std::string(cut_text(field.text(), reason_text_bytes_max));
}

}  // namespace pharos::ingest
