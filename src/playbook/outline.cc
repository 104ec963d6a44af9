// playbook/outline.cc: the one file that asks yaml-cpp; it catches there.
#include "playbook/outline.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <istream>
#include <optional>
#include <streambuf>
#include <unordered_map>

#include "base/text.h"
#include "playbook/scalar_map.h"

namespace pharos::playbook {
namespace {

constexpr std::string_view stray =
    "this does not continue what stands above it; look at the indentation and the quotes";

// The document as lines, to turn the library's marks (0-based, in bytes) into places.
class Page {
 public:
  Page(std::string_view text, const std::string& file) : text_(text), file_(file) {
    for (std::size_t at = 0; at != std::string_view::npos;) {
      starts_.push_back(at);
      at = text.find('\n', at);
      if (at != std::string_view::npos) ++at;
    }
  }
  std::string_view text() const { return text_; }
  std::size_t offset(const YAML::Mark& mark) const {
    const auto line =
        std::min(static_cast<std::size_t>(std::max(mark.line, 0)), starts_.size() - 1);
    return std::min(starts_[line] + static_cast<std::size_t>(std::max(mark.column, 0)),
                    text_.size());
  }
  // Mostly asked in ascending order, so the last answer is where the count goes on: a document of
  // one long line stays linear.
  Place place(std::size_t offset) const {
    const auto line = std::ranges::upper_bound(starts_, offset) - starts_.begin() - 1;
    const std::size_t start = starts_[static_cast<std::size_t>(line)];
    if (start != counted_.start || offset < counted_.offset) counted_ = {start, start, 0};
    const std::string_view further = text_.substr(counted_.offset, offset - counted_.offset);
    counted_ = {start, offset, counted_.column + count_code_points(further)};
    return {file_, static_cast<int>(line) + 1, static_cast<int>(counted_.column) + 1};
  }
  Place place(const YAML::Mark& mark) const { return place(offset(mark)); }

 private:
  std::string_view text_;
  const std::string& file_;
  std::vector<std::size_t> starts_;
  struct Counted {
    std::size_t start = 0;   // Of the line.
    std::size_t offset = 0;  // Up to here.
    std::size_t column = 0;  // Code points between them.
  };
  mutable Counted counted_;
};

// Reads a view in place.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // Never written through: there is no overflow().
    setg(begin, begin, begin + text.size());
  }
};

Outline node_at(OutlineKind kind, Place place) {
  Outline node;
  node.kind = kind;
  node.place = std::move(place);
  return node;
}

class Builder : public YAML::EventHandler {
 public:
  Builder(const Page& page, OutlineResult& result) : page_(page), result_(result) {}

  bool is_over() const { return documents_ > 1; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ != 2) return;
    const std::string_view rest = page_.text().substr(page_.offset(mark));
    if (rest.starts_with("---"))
      report(page_.place(mark), "a second document begins; a file holds one",
             "Remove the line \"---\".");
    else
      report(page_.place(mark), std::string(stray), "");
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    report(page_.place(mark), fmt::format("anchor {} is not allowed", quoted("&" + name)),
           "Write the value out in each place, or quote it if it begins with \"&\".");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    if (ignored()) return;
    report(page_.place(mark), "an alias (\"*\") is not allowed",
           "Write the value out in each place, or quote it if it begins with \"*\".");
    add(node_at(OutlineKind::null, page_.place(mark)));
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (!ignored()) add(node_at(OutlineKind::null, null_place(mark)));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (ignored()) return;
    check_tag(mark, tag);
    Outline node = node_at(OutlineKind::scalar, page_.place(mark));
    node.text = value;
    const bool plain_start = anchor == 0 && (tag == "?" || tag == "!");
    if (plain_start) locate(node, page_.offset(mark), tag == "!");
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, OutlineKind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, OutlineKind::map);
  }
  void OnMapEnd() override { close(); }

  // What was built before the library gave up.
  void close_all() {
    skipped_ = 0;
    while (!frames_.empty()) close();
  }

 private:
  struct Frame {
    Outline node;
    std::optional<Outline> key;  // Waits for its value.
    std::unordered_map<std::string, int> lines_by_key;
  };

  bool ignored() const { return documents_ > 1 || skipped_ > 0; }

  void report(Place place, std::string message, std::string hint) {
    result_.diagnostics.push_back(
        {Severity::error, std::move(place), std::move(message), std::move(hint)});
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    report(page_.place(mark), "a tag (\"!\") is not allowed",
           "Put a value that begins with \"!\" in quotes.");
  }

  void locate(Outline& node, std::size_t offset, bool quoted) {
    node.quoted = quoted;
    const ScalarMap map = map_scalar(page_.text(), offset, node.text, quoted);
    node.place = page_.place(map.begin);
    for (const auto& [text_offset, source_offset] : map.pieces) {
      const Place place = page_.place(source_offset);
      node.pieces.push_back({text_offset, place.line, place.column});
    }
    if (!map.closed) {
      report(page_.place(offset), "the quote that begins here is not closed", "");
      result_.complete = false;
    }
  }

  // "key:" with nothing behind it is marked by the library where the next thing stands.
  Place null_place(const YAML::Mark& mark) const {
    if (!frames_.empty() && frames_.back().key) return frames_.back().key->place;
    std::size_t at = page_.offset(mark);
    const std::string_view text = page_.text();
    const bool written =
        at < text.size() && (text[at] == '~' || text[at] == 'n' || text[at] == 'N');
    while (!written && at > 0 && text[at - 1] != '-' && text[at - 1] != ',' && text[at - 1] != '[')
      --at;
    return page_.place(written || at == 0 ? at : at - 1);
  }

  void open(const YAML::Mark& mark, const std::string& tag, OutlineKind kind) {
    if (documents_ > 1) return;
    if (skipped_ > 0) {
      ++skipped_;
      return;
    }
    check_tag(mark, tag);
    if (frames_.size() >= outline_depth_max) {
      report(page_.place(mark),
             fmt::format("lists and maps are nested more than {} levels deep", outline_depth_max),
             "");
      add(node_at(OutlineKind::null, page_.place(mark)));
      ++skipped_;
      return;
    }
    frames_.push_back({node_at(kind, page_.place(mark)), {}, {}});
  }

  void close() {
    if (documents_ > 1) return;
    if (skipped_ > 0) {
      --skipped_;
      return;
    }
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (frame.key) {  // Cut off in front of its value.
      const Place place = frame.key->place;
      frame.node.members.emplace_back(*std::move(frame.key), node_at(OutlineKind::null, place));
    }
    add(std::move(frame.node));
  }

  void add(Outline node) {
    if (++nodes_ > outline_nodes_max) {
      if (nodes_ == outline_nodes_max + 1)
        report(node.place,
               fmt::format("a document holds at most {} values", grouped(outline_nodes_max)),
               "Split it with include:.");
      return;
    }
    if (frames_.empty()) {
      result_.root = std::move(node);
    } else if (Frame& frame = frames_.back(); frame.node.kind == OutlineKind::list) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.key) {
      check_key(node);
      frame.key = std::move(node);
    } else {
      add_member(frame, std::move(node));
    }
  }

  void check_key(Outline& key) {
    if (key.kind == OutlineKind::scalar) return;
    report(key.place, fmt::format("found {} as a key; expected a name", name_of(key.kind)), "");
    key = node_at(OutlineKind::scalar, key.place);
  }

  void add_member(Frame& frame, Outline value) {
    Outline key = *std::move(frame.key);
    frame.key.reset();
    const auto [first, fresh] = frame.lines_by_key.emplace(key.text, key.place.line);
    if (!fresh) {
      report(key.place,
             fmt::format("key {} stands twice; first in line {}", quoted(key.text.substr(0, 64)),
                         first->second),
             "");
      return;
    }
    frame.node.members.emplace_back(std::move(key), std::move(value));
  }

  const Page& page_;
  OutlineResult& result_;
  std::vector<Frame> frames_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
  int skipped_ = 0;  // Levels below the deepest that is kept.
};

// The length of the longest well-formed beginning.
std::size_t utf8_prefix(std::string_view text) {
  std::size_t low = 0;
  std::size_t high = text.size();
  while (low < high) {  // Well-formed up to `low`, or up to a character that begins before it.
    const std::size_t middle = low + (high - low + 1) / 2;
    bool good = false;
    for (std::size_t more = 0; more < 4 && middle + more <= text.size(); ++more)
      good = good || is_utf8(text.substr(0, middle + more));
    if (good)
      low = middle;
    else
      high = middle - 1;
  }
  while (!is_utf8(text.substr(0, low))) --low;
  return low;
}

// Faults of single bytes, which the library would misread or stumble over. At most a few are told.
void check_bytes(const Page& page, OutlineResult& result) {
  const std::string_view text = page.text();
  const auto report = [&](std::size_t offset, std::string message) {
    result.diagnostics.push_back({Severity::error, page.place(offset), std::move(message), ""});
    result.complete = false;
  };
  if (!is_utf8(text)) return report(utf8_prefix(text), "invalid UTF-8; save the file as UTF-8");
  constexpr std::size_t faults_max = 10;
  bool indenting = true;
  for (std::size_t i = 0; i < text.size() && result.diagnostics.size() < faults_max; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool line_end = byte == '\n' || (byte == '\r' && text.substr(i + 1).starts_with('\n'));
    if (indenting && byte == '\t') {
      report(i, "a tab in the indentation; use spaces");
      indenting = false;
    } else if (byte == 0x7F || (byte < 0x20 && byte != '\t' && !line_end)) {
      report(i, fmt::format("control character U+{:04X} is not allowed", byte));
    }
    indenting = byte == '\n' || (indenting && byte == ' ');
  }
}

// The library's words, in ours where they would puzzle.
std::pair<std::string, std::string> explained(const std::string& message) {
  const auto is = [&](std::string_view start) { return message.starts_with(start); };
  const std::string quote =
      "Put a value that holds \": \" or \" #\", or begins with a sign, in quotes.";
  if (is("illegal map value"))
    return {
        "\":\" does not fit here: a value stands on this line already, "
        "or the indentation is off",
        quote};
  if (is("end of map flow")) return {"expected \",\" or \"}\"", quote};
  if (is("end of sequence flow")) return {"expected \",\" or \"]\"", quote};
  if (is("illegal flow end") || is("end of map not found") || is("end of sequence not found"))
    return {std::string(stray), ""};
  if (is("unknown token")) return {"a value cannot begin with this character", quote};
  if (is("illegal EOF in scalar"))
    return {"the quote is not closed before the end of the file", ""};
  if (is("illegal block entry")) return {"\"-\" does not fit here; look at the indentation", ""};
  return {"not readable as YAML: " + message, ""};
}

}  // namespace

std::string_view name_of(OutlineKind kind) {
  switch (kind) {
    case OutlineKind::null: return "nothing";
    case OutlineKind::scalar: return "a text";
    case OutlineKind::list: return "a list";
    case OutlineKind::map: return "a map";
  }
  return "";
}

const Outline* Outline::find(std::string_view key) const {
  for (const auto& [name, value] : members)
    if (name.text == key) return &value;
  return nullptr;
}

Place Outline::place_at(std::size_t offset) const {
  Piece from{0, place.line, place.column};
  for (const Piece& piece : pieces)
    if (piece.offset <= offset) from = piece;
  return {place.file, from.line, from.column + static_cast<int>(offset - from.offset)};
}

OutlineResult parse_outline(std::string_view text, const std::string& file) {
  OutlineResult result;
  result.root.place = {file, 1, 1};
  if (text.size() > outline_bytes_max) {
    result.diagnostics.push_back(
        {Severity::error,
         {file, 0, 0},
         fmt::format("the file has {} bytes; at most {} are read",
                     grouped(static_cast<std::int64_t>(text.size())), grouped(outline_bytes_max)),
         "Split it with include:."});
    result.complete = false;
    return result;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const Page page(text, file);
  check_bytes(page, result);
  if (!result.complete) return result;

  Builder builder(page, result);
  try {
    ViewBuffer buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    // A stray token makes the library begin one document after the other, without end.
    while (!builder.is_over() && parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& e) {
    auto [message, hint] = explained(e.msg);
    result.diagnostics.push_back(
        {Severity::error, page.place(e.mark), std::move(message), std::move(hint)});
    result.complete = false;
    builder.close_all();
  } catch (const std::exception& e) {
    result.diagnostics.push_back(
        {Severity::error, {file, 0, 0}, fmt::format("not readable as YAML: {}", e.what()), ""});
    result.complete = false;
    builder.close_all();
  }
  return result;
}

}  // namespace pharos::playbook
