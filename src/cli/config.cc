// cli/config.cc: pharos config: the settings of the server, checked as it would read them.
#include <cstdlib>
#include <optional>

#include "base/document.h"
#include "cli/commands.h"
#include "cli/faults.h"
#include "cli/files.h"
#include "cli/settings.h"
#include "cli/show.h"

namespace pharos::cli {
namespace {

std::optional<std::string> variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (!value) return std::nullopt;
  return std::string(value);
}

}  // namespace

Result<server::Settings> load_settings(const Shell& shell, const std::string& file,
                                       const std::string& listen) {
  const std::string text = file.empty() ? std::string() : TRY(read_file(file));
  const auto environment = [&](const std::string& name) -> std::optional<std::string> {
    if (!listen.empty() && name == server::variable_of("listen")) return listen;
    return variable(name);
  };
  server::SettingsResult result = server::read_settings(text, file, environment);
  show_faults(shell, result.diagnostics, {{file, text}});
  if (has_error(result.diagnostics))
    return fail(ErrorCode::invalid, "the settings have {}; nothing was started",
                counted(result.diagnostics.size(), "fault"));
  return std::move(result.settings);
}

Result<Exit> run_config(const Shell& shell, const ConfigOptions& options) {
  const std::string text = TRY(read_file(options.file));
  const server::SettingsResult result = server::read_settings(text, options.file, variable);
  const bool ok = !has_error(result.diagnostics);
  const FaultTexts texts = {{options.file, text}};
  if (shell.json) {
    Document document;
    document.open_object();
    document.key("file").text(options.file);
    document.key("ok").boolean(ok);
    document.key("diagnostics");
    put_faults(document, result.diagnostics, texts);
    document.close_object();
    shell.write(document.take());
  } else {
    show_faults(shell, result.diagnostics, texts);
    shell.print("{}: {}\n", options.file, ok ? "ok" : counted(result.diagnostics.size(), "fault"));
  }
  return ok ? Exit::done : Exit::failed;
}

}  // namespace pharos::cli
