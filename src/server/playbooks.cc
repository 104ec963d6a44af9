// server/playbooks.cc: documents in, what they say out; and a new version for the workspace.
#include "server/playbooks.h"

#include <algorithm>

#include "base/document.h"
#include "base/json.h"
#include "base/text.h"
#include "engine/trial.h"
#include "journal/publish.h"
#include "playbook/fault_document.h"
#include "playbook/trial_file.h"
#include "server/identity.h"

namespace pharos::server {
namespace {

using playbook::Source;

constexpr std::size_t files_max = 100;
constexpr std::size_t note_bytes_max = 2'000;

std::string etag_of(int version) {
  return fmt::format("\"{}\"", version);
}

// [{"path","text"}], each path once.
Answer<std::vector<Source>> sources_in(const Json& json, std::string_view member) {
  const Json* const list = json.kind == JsonKind::object ? json.find(member) : nullptr;
  if (!list || list->kind != JsonKind::list || list->items.empty())
    return refuse(ProblemCode::invalid_request,
                  R"(expected an object with "{}": [{{"path", "text"}}, ...])", member);
  if (list->items.size() > files_max)
    return refuse(ProblemCode::too_large, "{} has at most {} files", member, files_max);
  std::vector<Source> sources;
  for (const Json& item : list->items) {
    const Json* const path = item.kind == JsonKind::object ? item.find("path") : nullptr;
    const Json* const text = item.kind == JsonKind::object ? item.find("text") : nullptr;
    if (!path || !text || path->kind != JsonKind::string || text->kind != JsonKind::string ||
        path->text.empty())
      return refuse(ProblemCode::invalid_request, "{}[{}] needs a path and a text", member,
                    sources.size());
    for (const Source& known : sources)
      if (known.path == path->text)
        return refuse(ProblemCode::invalid_request, "{} names {} twice", member,
                      quoted(path->text));
    sources.push_back({path->text, text->text});
  }
  return sources;
}

void put_loaded(Document& document, const playbook::Loaded& loaded, const std::string& path) {
  document.key("is_sound").boolean(loaded.playbook.has_value());
  document.key("diagnostics");
  playbook::put_faults(document, loaded.diagnostics, playbook::texts_of(loaded, path));
}

Task<Response> list_playbooks(PlaybookParts parts, Request& request) {
  const auto stored = co_await parts.desk.run(
      [](store::Database& database) { return journal::stored_playbooks(database); });
  if (!stored) co_return to_response(to_problem(stored.error()), request.id);
  Document document(Layout::one_line);
  document.open_object();
  document.key("items").open_list();
  for (const journal::StoredPlaybook& one : *stored) {
    document.open_object();
    document.key("version").integer(one.version);
    document.key("published_at").text(format_instant(one.published_at));
    document.key("is_current").boolean(one.version == parts.live.playbook_version());
    document.close_object();
  }
  document.close_list().close_object();
  co_return json_response(document.take());
}

Task<Response> get_playbook(PlaybookParts parts, Request& request) {
  const std::string& name = request.parameters[0];
  const auto number = name == "current" ? std::optional<std::int64_t>(0) : parse_int64(name);
  if (!number || *number < 0 || *number > 1'000'000'000 || (*number == 0 && name != "current"))
    co_return to_response(
        {ProblemCode::invalid_request,
         fmt::format("{} is no version; expected current or a number", quoted(name))},
        request.id);
  const int version = static_cast<int>(*number);
  const auto stored = co_await parts.desk.run(
      [version](store::Database& database) { return journal::stored_playbook(database, version); });
  if (!stored) co_return to_response(to_problem(stored.error()), request.id);
  Document document(Layout::one_line);
  document.open_object();
  document.key("version").integer(stored->version);
  document.key("published_at").text(format_instant(stored->published_at));
  document.key("files").open_list();
  for (const Source& source : stored->sources) {
    document.open_object();
    document.key("path").text(source.path);
    document.key("text").text(source.text);
    document.close_object();
  }
  document.close_list().close_object();
  Response response = json_response(document.take());
  response.headers.push_back({"ETag", etag_of(stored->version)});
  co_return response;
}

// Documents that stand on one side only, or not the same on both.
std::string difference_of(const std::vector<Source>& before, const std::vector<Source>& after) {
  Document document(Layout::one_line);
  document.open_object();
  document.key("files").open_list();
  const auto text_in = [](const std::vector<Source>& sources, const std::string& path) {
    const auto found = std::ranges::find(sources, path, &Source::path);
    return found == sources.end() ? nullptr : &found->text;
  };
  const auto put = [&](const std::string& path) {
    const std::string* const a = text_in(before, path);
    const std::string* const b = text_in(after, path);
    if (a && b && *a == *b) return;
    document.open_object();
    document.key("path").text(path);
    document.key("before");
    a ? document.text(*a) : document.null();
    document.key("after");
    b ? document.text(*b) : document.null();
    document.close_object();
  };
  for (const Source& source : before) put(source.path);
  for (const Source& source : after)
    if (!text_in(before, source.path)) put(source.path);
  document.close_list().close_object();
  return document.take();
}

Task<Response> get_difference(PlaybookParts parts, Request& request) {
  const auto from = parse_int64(query_value(request.query, "from"));
  const auto to = parse_int64(query_value(request.query, "to"));
  constexpr std::int64_t version_max = 1'000'000'000;
  if (!from || !to || *from < 1 || *to < 1 || *from > version_max || *to > version_max)
    co_return to_response(
        {ProblemCode::invalid_request, "from and to have to be numbers of versions"}, request.id);
  const int before = static_cast<int>(*from), after = static_cast<int>(*to);
  const auto text =
      co_await parts.desk.run([before, after](store::Database& database) -> Result<std::string> {
        const auto old_one = TRY(journal::stored_playbook(database, before));
        const auto new_one = TRY(journal::stored_playbook(database, after));
        return difference_of(old_one.sources, new_one.sources);
      });
  if (!text) co_return to_response(to_problem(text.error()), request.id);
  co_return json_response(*text);
}

Task<Response> check_playbook(PlaybookParts parts, Request& request, Body& body) {
  const Answer<Json> json = co_await read_json(body, limits_of(parts.settings));
  if (!json) co_return to_response(json.error(), request.id);
  Answer<std::vector<Source>> sources = sources_in(*json, "files");
  if (!sources) co_return to_response(sources.error(), request.id);
  const auto check = [&sources] {
    Document document(Layout::one_line);
    document.open_object();
    put_loaded(document, playbook::load(*sources), sources->front().path);
    document.close_object();
    return document.take();
  };
  std::string text = co_await offload(parts.pool, check);
  co_return json_response(std::move(text));
}

void put_outcome(Document& document, const engine::TrialOutcome& outcome) {
  const auto put_place = [&](const Place& place) {
    document.key("file").text(place.file);
    document.key("line").integer(place.line);
    document.key("column").integer(place.column);
  };
  document.open_object();
  document.key("name").text(outcome.name);
  put_place(outcome.place);
  document.key("passed").boolean(outcome.mismatches.empty());
  document.key("mismatches").open_list();
  for (const engine::Mismatch& mismatch : outcome.mismatches) {
    document.open_object();
    put_place(mismatch.place);
    document.key("what").text(mismatch.what);
    document.key("expected").text(mismatch.expected);
    document.key("found").text(mismatch.found);
    document.close_object();
  }
  document.close_list().close_object();
}

std::string test_results(const std::vector<Source>& sources, const std::vector<Source>& tests) {
  const playbook::Loaded loaded = playbook::load(sources);
  Document document(Layout::one_line);
  document.open_object();
  put_loaded(document, loaded, sources.front().path);
  document.key("files").open_list();
  for (const Source& test : tests) {
    document.open_object();
    document.key("path").text(test.path);
    playbook::TrialFile trials;
    if (loaded.playbook) trials = playbook::read_trials(test.text, test.path, *loaded.playbook);
    document.key("diagnostics");
    playbook::put_faults(document, trials.diagnostics, {{test.path, test.text}});
    document.key("tests").open_list();
    if (loaded.playbook && !has_error(trials.diagnostics))
      for (const playbook::Trial& trial : trials.trials)
        put_outcome(document, engine::run_trial(*loaded.playbook, trial));
    document.close_list().close_object();
  }
  document.close_list().close_object();
  return document.take();
}

Task<Response> test_playbook(PlaybookParts parts, Request& request, Body& body) {
  const Answer<Json> json = co_await read_json(body, limits_of(parts.settings));
  if (!json) co_return to_response(json.error(), request.id);
  Answer<std::vector<Source>> sources = sources_in(*json, "files");
  if (!sources) co_return to_response(sources.error(), request.id);
  Answer<std::vector<Source>> tests = sources_in(*json, "tests");
  if (!tests) co_return to_response(tests.error(), request.id);
  const auto test = [&sources, &tests] { return test_results(*sources, *tests); };
  std::string text = co_await offload(parts.pool, test);
  co_return json_response(std::move(text));
}

// The version that If-Match names; a problem if it is missing or not the present one.
Answer<int> version_before(const Request& request, int present) {
  const std::string_view match = trimmed(request.header("if-match"));
  if (match.empty())
    return refuse(ProblemCode::precondition_required,
                  "publishing needs If-Match with the ETag of the version that was changed; that "
                  "of now is {}",
                  etag_of(present));
  if (match != etag_of(present) && match != "*")
    return refuse(ProblemCode::precondition_failed,
                  "version {} was published since; look at what it changed", present);
  return present;
}

Task<Response> publish_playbook(PlaybookParts parts, Request& request, Body& body) {
  const Answer<int> before = version_before(request, parts.live.playbook_version());
  if (!before) co_return to_response(before.error(), request.id);
  const Answer<Json> json = co_await read_json(body, limits_of(parts.settings));
  if (!json) co_return to_response(json.error(), request.id);
  Answer<std::vector<Source>> sources = sources_in(*json, "files");
  if (!sources) co_return to_response(sources.error(), request.id);
  const Json* const note = json->find("note");
  if (note && (note->kind != JsonKind::string || note->text.size() > note_bytes_max))
    co_return to_response({ProblemCode::invalid_request,
                           fmt::format("note is a text of at most {} bytes", note_bytes_max)},
                          request.id);
  const auto load = [&sources] { return playbook::load(*sources); };
  const playbook::Loaded loaded = co_await offload(parts.pool, load);
  if (!loaded.playbook) {
    Document faults(Layout::one_line);
    playbook::put_faults(faults, loaded.diagnostics,
                         playbook::texts_of(loaded, sources->front().path));
    co_return to_response(
        {ProblemCode::invalid_expression, "the playbook has faults; nothing was published", 0,
         ",\"diagnostics\":" + faults.take()},
        request.id);
  }
  if (loaded.playbook->schema.currency.code != parts.live.playbook().schema.currency.code)
    co_return to_response({ProblemCode::conflict, "the currency of a workspace cannot change"},
                          request.id);
  parts.publish({.sources = *std::move(sources),
                 .version_before = *before,
                 .caller = request.identity->caller(request, parts.live.now()),
                 .note = note ? note->text : std::string()});
  Document document(Layout::one_line);
  document.open_object();
  document.key("version_before").integer(*before);
  document.key("state").text("publishing");
  document.close_object();
  co_return json_response(document.take(), 202);
}

}  // namespace

void add_playbook_routes(Router& router, PlaybookParts parts) {
  using enum access::Action;
  const auto add = [&](Method method, std::string pattern, std::string operation,
                       access::Action action, Handler handler) {
    router.add({.method = method,
                .pattern = std::move(pattern),
                .operation = std::move(operation),
                .action = action,
                .resource = access::Resource::playbooks,
                .handler = std::move(handler)});
  };
  add(Method::get, "/v1/playbooks", "listPlaybooks", read,
      [parts](Request& request, Body&) { return list_playbooks(parts, request); });
  add(Method::get, "/v1/playbooks/diff", "getPlaybookDifference", read,
      [parts](Request& request, Body&) { return get_difference(parts, request); });
  add(Method::get, "/v1/playbooks/{version}", "getPlaybook", read,
      [parts](Request& request, Body&) { return get_playbook(parts, request); });
  add(Method::post, "/v1/playbooks/check", "checkPlaybook", create,
      [parts](Request& request, Body& body) { return check_playbook(parts, request, body); });
  add(Method::post, "/v1/playbooks/test", "testPlaybook", create,
      [parts](Request& request, Body& body) { return test_playbook(parts, request, body); });
  add(Method::post, "/v1/playbooks", "publishPlaybook", publish,
      [parts](Request& request, Body& body) { return publish_playbook(parts, request, body); });
}

}  // namespace pharos::server
