// cli/record.cc: quoting of CSV and NDJSON.
#include "cli/record.h"

#include <fmt/format.h>

#include <iterator>

#include "base/document.h"
#include "base/json.h"
#include "cli/show.h"

namespace pharos::cli {
namespace {

bool is_absent(engine::Cell cell) {
  return cell == engine::cell_absent;
}

// RFC 4180: quotes around what would be read otherwise, and doubled inside. Blanks at the ends are
// kept by some readers only if quoted.
void append_csv(std::string& out, std::string_view value) {
  const bool quote = value.find_first_of(",\"\r\n") != std::string_view::npos ||
                     (!value.empty() && (value.front() == ' ' || value.back() == ' '));
  if (!quote) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

// A property as JSON, in one piece.
void append_cell(std::string& out, const cel::Property& property, engine::Cell cell,
                 std::string_view text, const cel::Schema& schema) {
  Document document(Layout::one_line);
  put_cell(document, property, cell, text, schema);
  out += document.take();
}

}  // namespace

void Record::header(const std::vector<std::string>& names) {
  if (format_ == Format::ndjson) return;
  for (const std::string& name : names) text(name, name);
  end_row();
}

void Record::separate(std::string_view name) {
  if (format_ == Format::csv) {
    if (!row_begins_) text_ += ',';
  } else {
    text_ += row_begins_ ? '{' : ',';
    append_json(text_, name);
    text_ += ':';
  }
  row_begins_ = false;
}

void Record::put(std::string_view value) {
  if (format_ == Format::csv)
    append_csv(text_, value);
  else
    append_json(text_, value);
}

void Record::text(std::string_view name, std::string_view value) {
  separate(name);
  put(value);
}

void Record::optional_text(std::string_view name, std::string_view value) {
  if (format_ == Format::csv || !value.empty()) text(name, value);
}

void Record::number(std::string_view name, std::uint64_t value) {
  separate(name);
  fmt::format_to(std::back_inserter(text_), "{}", value);
}

void Record::instant(std::string_view name, Instant value) {
  text(name, format_instant(value));
}

void Record::cell(const cel::Property& property, engine::Cell cell, std::string_view text,
                  const cel::Schema& schema) {
  separate(property.name);
  if (format_ == Format::csv)
    append_csv(text_, cell_csv(property, cell, text, schema));
  else
    append_cell(text_, property, cell, text, schema);
}

void Record::properties(std::string_view name, std::span<const cel::Property> properties,
                        EventAt at, const cel::Schema& schema) {
  const std::string_view extra = at.batch.view(at.event.extra);
  scratch_.assign(1, '{');
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const engine::Cell cell = at.batch.cells[at.event.cells + i];
    if (is_absent(cell)) continue;
    if (scratch_.size() > 1) scratch_ += ',';
    append_json(scratch_, properties[i].name);
    scratch_ += ':';
    append_cell(scratch_, properties[i], cell, at.batch.text, schema);
  }
  if (extra.size() > 2) {  // "{...}": its members follow ours.
    if (scratch_.size() > 1) scratch_ += ',';
    scratch_ += extra.substr(1);
  } else {
    scratch_ += '}';
  }
  if (format_ == Format::ndjson && scratch_.size() <= 2) return;
  separate(name);
  if (format_ == Format::csv)
    append_csv(text_, scratch_);
  else
    text_ += scratch_;
}

void Record::end_row() {
  text_ += format_ == Format::csv ? "\n" : row_begins_ ? "{}\n" : "}\n";
  row_begins_ = true;
}

}  // namespace pharos::cli
