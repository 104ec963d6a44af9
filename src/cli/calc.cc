// cli/calc.cc: pharos calc: the table of kinds, and documents that are one case or many.
#include "cli/calc.h"

#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/show.h"

namespace pharos::cli {
namespace {

const CalcKind kinds[] = {
    {"funnels", "how far accounts get, and how fast", funnel_families()},
    {"retention", "who comes back", retention_families()},
};

struct Failure {
  std::string file, name, family;
  std::string fault;  // What is wrong with the case itself; empty: its result differs.
  Difference difference;
};

struct Sum {
  std::uint64_t passed = 0;
  std::vector<Failure> failures;
  bool has_cases = false;
};

const CalcFamily* family_of(const Field& document, const CalcKind& kind) {
  std::vector<std::string> names;
  for (const CalcFamily& family : kind.families) names.emplace_back(family.name);
  const std::size_t index = document.at("family").choice(names);
  return document.ok() ? &kind.families[index] : nullptr;
}

std::string text_of(const Json& document, std::string_view key) {
  const Json* member = document.find(key);
  const auto* text = member ? member->as<std::string>() : nullptr;
  return text ? *text : "";
}

// The result of one case; none after a fault of the document.
std::optional<Json> result_of(const Field& document, const CalcKind& kind) {
  const CalcFamily* const family = family_of(document, kind);
  if (!family) return std::nullopt;
  Json result = family->run(document);
  if (!document.ok()) return std::nullopt;
  return result;
}

void check_case(const std::string& file, const Field& document, const CalcKind& kind, Sum& sum) {
  sum.has_cases = true;
  Failure failure{.file = file,
                  .name = text_of(document.json(), "name"),
                  .family = text_of(document.json(), "family"),
                  .fault = {},
                  .difference = {}};
  const Field expect = document.at("expect");
  if (document.ok() && !expect.json().as<JsonMembers>()) expect.expected("an object");
  const std::optional<Json> result = result_of(document, kind);
  if (!result) {
    failure.fault = *document.fault();
    return sum.failures.push_back(std::move(failure));
  }
  auto difference = first_difference(expect.json(), *result, document.json().find("tolerance"));
  if (!difference) return void(++sum.passed);
  failure.difference = std::move(*difference);
  sum.failures.push_back(std::move(failure));
}

// {"group", "cases": [...]}
Result<> check_cases(const std::string& file, const Json& document, const CalcKind& kind,
                     Sum& sum) {
  const Field root(document);
  if (const auto group = root.find("group"); group && group->text() != kind.name)
    group->expected(fmt::format("\"{}\"", kind.name));
  const std::vector<Field> cases = root.at("cases").items();
  if (!root.ok()) return fail(ErrorCode::invalid, "{}: {}", file, *root.fault());
  for (const Field& each : cases) check_case(file, Field(each.json(), each.path()), kind, sum);
  return {};
}

Result<> run_document(const Shell& shell, const std::string& file, const CalcKind& kind, Sum& sum) {
  const bool is_input = file == "-";
  const std::string name = is_input ? "standard input" : file;
  const Result<std::string> text = read_document(is_input ? "/dev/stdin" : file);
  if (!text) return fail(text.error().code, "{}: {}", name, text.error().message);
  const Result<Json> document = parse_json(*text);
  if (!document) return fail(ErrorCode::invalid, "{}: {}", name, document.error().message);
  if (document->find("cases")) return check_cases(name, *document, kind, sum);
  const Field root(*document);
  if (document->find("expect")) {
    check_case(name, root, kind, sum);
    return {};
  }
  const std::optional<Json> result = result_of(root, kind);
  if (!result) return fail(ErrorCode::invalid, "{}: {}", name, *root.fault());
  Document written;
  put_json(written, *result);
  shell.write(written.take());
  return {};
}

void put_failure(Document& document, const Failure& failure) {
  document.open_object();
  document.key("file").text(failure.file);
  document.key("name").text(failure.name);
  document.key("family").text(failure.family);
  if (!failure.fault.empty()) {
    document.key("fault").text(failure.fault);
  } else {
    document.key("path").text(failure.difference.path);
    document.key("expected").text(failure.difference.expected);
    document.key("got").text(failure.difference.got);
  }
  document.close_object();
}

void print_sum(const Shell& shell, const Sum& sum) {
  if (shell.json) {
    Document document;
    document.open_object();
    document.key("passed").count(sum.passed);
    document.key("failed").count(sum.failures.size());
    document.key("failures").open_list();
    for (const Failure& failure : sum.failures) put_failure(document, failure);
    document.close_list().close_object();
    return shell.write(document.take());
  }
  for (const Failure& failure : sum.failures) {
    shell.print("{}: {} ({}): ", failure.file, failure.name.empty() ? "a case" : failure.name,
                failure.family.empty() ? "no family" : failure.family);
    const auto& [path, expected, got] = failure.difference;
    if (failure.fault.empty())
      shell.print("{}: expected {}, got {}\n", path, expected, got);
    else
      shell.print("{}\n", failure.fault);
  }
  shell.print("{} passed, {} failed\n", sum.passed, sum.failures.size());
}

}  // namespace

std::span<const CalcKind> calc_kinds() {
  return kinds;
}

std::string calc_kinds_text() {
  std::string text;
  for (const CalcKind& kind : kinds)
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", kind.name, kind.text);
  return text;
}

Result<Exit> run_calc(const Shell& shell, const CalcOptions& options) {
  const auto kind = std::ranges::find(kinds, options.kind, &CalcKind::name);
  if (kind == std::end(kinds)) {
    std::vector<std::string> names;
    std::string all;
    for (const CalcKind& each : kinds) {
      names.emplace_back(each.name);
      all += fmt::format("{}{}", all.empty() ? "" : ", ", each.name);
    }
    const std::string hint = did_you_mean(options.kind, names);
    return shell.misused("there is nothing to calculate called {}; there are: {}{}{}",
                         pharos::quoted(options.kind), all, hint.empty() ? "" : "\n  ", hint);
  }
  const std::vector<std::string> input = {"-"};
  Sum sum;
  bool failed = false;
  for (const std::string& file : options.files.empty() ? input : options.files) {
    const Result<> done = run_document(shell, file, *kind, sum);
    if (!done) shell.complain("{}", done.error().message);
    failed |= !done;
  }
  if (sum.has_cases) print_sum(shell, sum);
  return failed || !sum.failures.empty() ? Exit::failed : Exit::done;
}

}  // namespace pharos::cli
