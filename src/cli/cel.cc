// cli/cel.cc: pharos cel: plain CEL with bound variables, and files of conformance cases.
#include "base/document.h"
#include "base/text.h"
#include "cel/box.h"
#include "cel/case.h"
#include "cli/commands.h"
#include "cli/faults.h"
#include "cli/files.h"

namespace pharos::cli {
namespace {

// How faults name the expression.
constexpr std::string_view argument_name = "EXPR", stream_name = "standard input";

// Sets `exit` to what a fault in the text is worth: the command line's own, or a file's.
Result<> read_bindings(const std::string& option, cel::Bindings& bindings, Exit& exit) {
  std::string name = "--bindings", text = option;
  exit = Exit::usage;
  if (option.starts_with('@')) {
    exit = Exit::failed;
    name = option.substr(1);
    text = TRY(read_file(name));
  }
  auto json = pharos::parse_json(text);
  const Result<> read = json ? bindings.read(*json, cel::JsonForm::plain)
                             : Result<>(std::unexpected(std::move(json).error()));
  if (!read) return fail(read.error().code, "{}:{}", name, read.error().message);
  return {};
}

Exit print_faults(const Shell& shell, const Diagnostics& diagnostics, const FaultTexts& texts) {
  if (!shell.json) return show_faults(shell, diagnostics, texts), Exit::usage;
  Document document;
  document.open_object().key("diagnostics");
  put_faults(document, diagnostics, texts);
  document.close_object();
  shell.write(document.take());
  return Exit::usage;
}

void put_value(Document& document, const cel::Value& value) {
  document.open_object();
  if (value.is_error()) {
    document.key("error").text(value.as_string());
  } else {
    const auto typed = cel::typed_json(value);
    document.key("type").text(cel::name_of(value.kind()));
    document.key("text").text(cel::format_value(value, {}));
    document.key("value").raw(typed ? *typed : "null");
  }
  document.close_object();
}

Result<Exit> evaluate(const Shell& shell, const CelOptions& options) {
  const bool piped = *options.expression == "-";
  const std::string text = piped ? TRY(read_document("/dev/stdin")) : *options.expression;
  const std::string name(piped ? stream_name : argument_name);
  cel::Bindings bindings;
  if (options.bindings) {
    Exit exit{};
    if (const auto read = read_bindings(*options.bindings, bindings, exit); !read)
      return shell.complain("{}", read.error().message), exit;
  }
  const cel::Compiled compiled = cel::compile(text, {name, 1, 1}, {}, std::nullopt);
  if (!compiled.rule) return print_faults(shell, compiled.diagnostics, {{name, text}});
  cel::Arena arena;
  const cel::Value value = cel::evaluate(*compiled.rule, bindings, arena);
  if (shell.json) {
    Document document;
    put_value(document, value);
    shell.write(document.take());
  } else if (value.is_error()) {
    shell.complain("{}", value.as_string());
  } else {
    shell.print("{}\n", cel::format_value(value, {}));
  }
  return value.is_error() ? Exit::failed : Exit::done;
}

// What the cases of all files came to; failures are printed as they come.
class CaseRun {
 public:
  explicit CaseRun(const Shell& shell) : shell_(shell) {
    document_.open_object().key("failures").open_list();
  }

  void take(const std::string& file, const cel::Case& test) {
    const cel::CaseOutcome outcome = cel::run_case(test);
    if (outcome.passed) return static_cast<void>(++passed_);
    ++failed_;
    if (shell_.json) return put(file, test, outcome);
    shell_.print("{}:{}: {}/{}: {}\n  expected {}\n  got      {}\n", file, test.line, test.section,
                 test.name, quoted(test.text), outcome.expected, outcome.found);
  }

  Exit finish() {
    document_.close_list().key("passed").count(passed_).key("failed").count(failed_);
    document_.close_object();
    if (shell_.json)
      shell_.write(document_.take());
    else
      shell_.print("{} passed, {} failed\n", passed_, failed_);
    return failed_ == 0 ? Exit::done : Exit::failed;
  }

 private:
  void put(const std::string& file, const cel::Case& test, const cel::CaseOutcome& outcome) {
    document_.open_object();
    document_.key("file").text(file).key("line").integer(test.line);
    document_.key("section").text(test.section).key("name").text(test.name);
    document_.key("expr").text(test.text);
    document_.key("expected").text(outcome.expected).key("got").text(outcome.found);
    document_.close_object();
  }

  const Shell& shell_;
  Document document_;
  std::uint64_t passed_ = 0, failed_ = 0;
};

}  // namespace

Result<Exit> run_cel(const Shell& shell, const CelOptions& options) {
  if (options.expression.has_value() == !options.cases.empty())
    return shell.misused("an expression or --cases is expected\n  See pharos cel --help.");
  if (options.expression) return evaluate(shell, options);
  if (options.bindings)
    return shell.misused("--bindings goes with an expression; cases bring their own");
  std::vector<std::vector<cel::Case>> files;  // All are read before one is run.
  for (const std::string& file : options.cases) {
    const std::string text = TRY(read_file(file));
    files.push_back(TRY(cel::read_cases(text, file)));
  }
  CaseRun run(shell);
  for (std::size_t i = 0; i < files.size(); ++i)
    for (const cel::Case& test : files[i]) run.take(options.cases[i], test);
  return run.finish();
}

}  // namespace pharos::cli
