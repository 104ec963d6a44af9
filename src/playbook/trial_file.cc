// playbook/trial_file.cc: the tests of a file, without their events.
#include "playbook/trial_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "playbook/moment.h"
#include "playbook/reading.h"
#include "playbook/trial_events.h"

namespace pharos::playbook {
namespace {

// The path that a document gives, seen from where its own path is seen from:
// "packs/a/playbook.yaml" of
// "../playbook.yaml" in "packs/a/tests/growth.yaml".
std::string seen_from(const std::string& file, const std::string& path) {
  if (path.starts_with('/')) return path;
  std::vector<std::string_view> parts = split(file, '/');
  parts.pop_back();
  for (const std::string_view part : split(path, '/')) {
    const bool is_up = part == ".." && !parts.empty() && parts.back() != "..";
    if (is_up && !parts.back().empty())
      parts.pop_back();
    else if (!part.empty() && part != ".")
      parts.push_back(part);
  }
  return fmt::format("{}", fmt::join(parts, "/"));
}

class TrialReader {
 public:
  TrialReader(Faults& faults, const Playbook& book)
      : faults_(faults), book_(book), events_(faults, book) {
    for (const Track& track : book.tracks) track_names_.push_back(track.name);
    for (const Segment& segment : book.segments) segment_names_.push_back(segment.name);
    for (std::uint32_t i = 0; i < book.nodes.size(); ++i) node_paths_.push_back(node_path(book, i));
  }

  Trial read(const Outline& map) {
    Fields fields(faults_, map, "a test", {"test", "account", "events", "until", "expect"});
    Trial trial;
    trial.place = map.place;
    if (const Outline* name = fields.need("test", "what it shows, as a sentence"))
      if (const std::string* text =
              read_text(faults_, *name, "what the test shows, as a sentence")) {
        trial.name = *text;
        trial.place = name->place;
      }
    if (const Outline* events = fields.need("events", "a list of events"))
      trial.events = events_.read(*events, fields.find("account"));
    if (!trial.events.empty()) trial.until = trial.events.back().time;
    if (const Outline* until = fields.find("until")) read_until(trial, *until);
    if (const Outline* expect = fields.need("expect", "nodes, at or segments"))
      read_expected(trial, *expect);
    return trial;
  }

 private:
  void read_until(Trial& trial, const Outline& value) {
    const auto until = events_.read_moment(value);
    if (!until) return;
    if (*until < trial.until)
      faults_.error(value.place, fmt::format("until lies before the last event, at {}",
                                             format_moment(trial.until, book_.schema.zone)));
    trial.until = *until;
  }

  void read_expected(Trial& trial, const Outline& map) {
    Fields fields(faults_, map, "expect", {"nodes", "at", "segments"});
    if (!fields.is_map()) return;
    if (map.members.empty()) report_kind(faults_, map, "nodes, at or segments");
    const auto each = [&](std::string_view key, std::string_view of, auto read) {
      const Outline* section = fields.find(key);
      if (!section) return;
      if (section->kind != OutlineKind::map || section->members.empty())
        return report_kind(faults_, *section, fmt::format("a map by {}", of));
      for (const auto& [name, value] : section->members) read(name, value);
    };
    each("nodes", "node, such as main.signed",
         [&](const Outline& name, const Outline& value) { read_node(trial, name, value); });
    each("at", "track",
         [&](const Outline& name, const Outline& value) { read_stands(trial, name, value); });
    each("segments", "segment",
         [&](const Outline& name, const Outline& value) { read_segment(trial, name, value); });
    std::ranges::stable_sort(trial.stands, {}, &StandsExpected::time);
  }

  // A time, a list of times, or never: the entries; or a map of entered, released and overdue.
  void read_node(Trial& trial, const Outline& name, const Outline& value) {
    const auto node = find_node(book_, name.text);
    if (!node)
      return faults_.error(name.place,
                           fmt::format("{} is not a node; write TRACK.NODE", shortened(name.text)),
                           faults_.near(name.text, node_paths_));
    NodeExpected expected;
    expected.node = *node;
    expected.place = name.place;
    if (value.kind == OutlineKind::map) {
      Fields fields(faults_, value, "what a node expects", {"entered", "released", "overdue"});
      expected.entered = read_moments(fields.find("entered"));
      expected.released = read_moments(fields.find("released"));
      expected.overdue = read_moments(fields.find("overdue"));
    } else {
      expected.entered = read_moments(&value);
    }
    trial.nodes.push_back(std::move(expected));
  }

  void read_segment(Trial& trial, const Outline& name, const Outline& value) {
    const auto segment = find_segment(book_, name.text);
    if (!segment)
      return faults_.error(name.place, fmt::format("{} is not a segment", shortened(name.text)),
                           faults_.near(name.text, segment_names_));
    SegmentExpected expected;
    expected.segment = *segment;
    expected.place = name.place;
    if (value.kind == OutlineKind::map) {
      Fields fields(faults_, value, "what a segment expects", {"entered", "left"});
      expected.entered = read_moments(fields.find("entered"));
      expected.left = read_moments(fields.find("left"));
    } else {
      expected.entered = read_moments(&value);
    }
    trial.segments.push_back(std::move(expected));
  }

  // A node, or none: at the end; or a map of such by time.
  void read_stands(Trial& trial, const Outline& name, const Outline& value) {
    const auto track = find_track(book_, name.text);
    if (!track)
      return faults_.error(name.place, fmt::format("{} is not a track", shortened(name.text)),
                           faults_.near(name.text, track_names_));
    if (value.kind != OutlineKind::map) return add_stand(trial, *track, never, value);
    for (const auto& [time, node] : value.members) {
      if (time.text == "end") {
        add_stand(trial, *track, never, node);
        continue;
      }
      const auto moment = events_.read_moment(time);
      if (!moment) continue;
      if (*moment > trial.until)
        faults_.error(time.place,
                      fmt::format("the test ends before, at {}",
                                  format_moment(trial.until, book_.schema.zone)),
                      "Say until: to let it go on.");
      add_stand(trial, *track, *moment, node);
    }
  }

  void add_stand(Trial& trial, std::uint32_t track, Instant time, const Outline& value) {
    const std::string* text = read_text(faults_, value, "the name of a node, or none");
    if (!text) return;
    StandsExpected expected;
    expected.track = track;
    expected.time = time;
    expected.place = value.place;
    if (*text != "none") {
      const Track& found = book_.tracks[track];
      const auto node = find_node(book_, found.name + "." + *text);
      if (!node) {
        std::vector<std::string> names = {"none"};
        for (std::uint32_t i = 0; i < found.node_count; ++i)
          names.push_back(book_.nodes[found.node_first + i].name);
        return faults_.error(
            value.place,
            fmt::format("{} is not a node of track {}", shortened(*text), quoted(found.name)),
            faults_.near(*text, names));
      }
      expected.node = static_cast<std::int32_t>(*node);
    }
    trial.stands.push_back(std::move(expected));
  }

  Moments read_moments(const Outline* value) {
    if (!value) return std::nullopt;
    std::vector<Instant> moments;
    if (value->kind == OutlineKind::list) {
      for (const Outline& item : value->items)
        if (const auto moment = events_.read_moment(item)) moments.push_back(*moment);
    } else if (value->kind != OutlineKind::scalar || value->text != "never") {
      if (const auto moment = events_.read_moment(*value)) moments.push_back(*moment);
    }
    return moments;
  }

  Faults& faults_;
  const Playbook& book_;
  TrialEvents events_;
  std::vector<std::string> track_names_, segment_names_, node_paths_;
};

}  // namespace

TrialHead read_trial_head(std::string_view text, const std::string& file) {
  TrialHead head;
  Faults faults;
  OutlineResult outline = parse_outline(text, file);
  faults.add(std::move(outline.diagnostics));
  if (outline.complete) {
    Fields fields(faults, outline.root, "a file of tests", {"playbook", "tests"});
    if (const Outline* value = fields.need("playbook", "the path of the playbook, seen from here"))
      if (const std::string* path = read_text(faults, *value, "the path of the playbook"))
        head.playbook = seen_from(file, *path);
  }
  head.diagnostics = faults.take(std::vector{file});
  return head;
}

TrialFile read_trials(std::string_view text, const std::string& file, const Playbook& playbook) {
  TrialFile result;
  Faults faults;
  OutlineResult outline = parse_outline(text, file);
  faults.add(std::move(outline.diagnostics));
  if (outline.complete) {
    Fields fields(faults, outline.root, "a file of tests", {"playbook", "tests"});
    const Outline* tests = fields.need("tests", "a list of tests");
    if (tests && (tests->kind != OutlineKind::list || tests->items.empty())) {
      report_kind(faults, *tests, "a list of tests");
    } else if (tests && tests->items.size() > trial_count_max) {
      faults.error(tests->place, fmt::format("{} tests stand here; at most {} are allowed",
                                             tests->items.size(), grouped(trial_count_max)));
    } else if (tests) {
      TrialReader reader(faults, playbook);
      for (const Outline& test : tests->items) result.trials.push_back(reader.read(test));
    }
  }
  result.diagnostics = faults.take(std::vector{file});
  return result;
}

}  // namespace pharos::playbook
