// cli/program.cc: the commands with their arguments, as CLI11 knows them. The one file that meets
// that library.
#include "cli/program.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <memory>

#include "base/text.h"
#include "base/version.h"
#include "cli/calc.h"
#include "cli/commands.h"

namespace pharos::cli {
namespace {

// One command line being read: each command leaves its options here and says how it is run.
class Program {
 public:
  explicit Program(Shell& shell) : shell_(shell), app_("", "pharos") {
    app_.set_help_flag("");
    app_.add_flag("-h,--help", help_);
    app_.add_flag("--version", version_);
    app_.add_option("--lang", language_)->check(CLI::IsMember({"en", "zh"}));
    add_demo();
    add_workspaces();
    add_reports();
    add_accounts();
    add_backtest();
    add_export();
    add_backup();
    add_server();
    add_audit();
    add_calc();
    add_cel();
  }

  Exit run(std::vector<std::string> arguments) {
    if (const auto stray = unknown_command(arguments); !stray.empty()) {
      const std::string hint = did_you_mean(stray, names_);
      return shell_.misused("there is no command \"{}\"\n  {}", stray,
                            hint.empty() ? "See pharos --help for those there are." : hint);
    }
    std::ranges::reverse(arguments);
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
      shell_.print("{}", app_.get_subcommands().front()->help("pharos"));
      return Exit::done;
    } catch (const CLI::ParseError& error) {
      const auto chosen = app_.get_subcommands();
      return shell_.misused("{}\n  See pharos {}--help.", error.what(),
                            chosen.empty() ? "" : chosen.front()->get_name() + " ");
    }
    if (language_ == "zh") shell_.language = Language::zh;
    if (language_ == "en") shell_.language = Language::en;
    if (version_) return shell_.print("pharos {}\n", version), Exit::done;
    if (help_) return shell_.write(overview()), Exit::done;
    if (!act_) return fmt::print(shell_.err, "{}", overview()), Exit::usage;
    const Result<Exit> done = act_();
    if (std::fflush(shell_.out) != 0 && done) return shell_.complain("cannot write"), Exit::failed;
    if (done) return *done;
    shell_.complain("{}", done.error().message);
    return Exit::failed;
  }

 private:
  // A command whose options live as long as the program.
  template <class Options>
  CLI::App* add(const std::string& name, const std::string& text, const std::string& examples,
                Result<Exit> (*act)(const Shell&, const Options&), Options*& options) {
    const auto owned = std::make_shared<Options>();
    options = owned.get();
    CLI::App* const command = app_.add_subcommand(name, text);
    command->callback(
        [this, owned, act] { act_ = [this, owned, act] { return act(shell_, *owned); }; });
    command->set_help_flag("-h,--help", "Print this help");
    command->footer("Examples:\n" + examples);
    command->add_option("--lang", language_, "Language of headings and labels: en or zh")
        ->check(CLI::IsMember({"en", "zh"}));
    names_.push_back(name);
    return command;
  }
  void add_json(CLI::App* command) {
    command->add_flag("--json", shell_.json, "A JSON document instead of a table");
  }
  static void add_dir(CLI::App* command, std::string& dir) {
    command->add_option("DIR", dir, "Folder of the workspace")->required();
  }

  void add_workspaces() {
    InitOptions* init;
    CLI::App* command = add("init", "Make a workspace with a shipped pack or your own playbook.",
                            "  pharos init shop --pack platform\n"
                            "  pharos init shop --playbook playbook.yaml\n",
                            run_init, init);
    add_dir(command, init->dir);
    auto* const source = command->add_option_group("playbook", "One of these");
    source->add_option("--pack", init->pack, "A shipped playbook: platform or service");
    source->add_option("--playbook", init->playbook, "A playbook of your own");
    source->require_option(1);

    FilesOptions* check;
    command = add("check", "Validate playbooks: every fault, with its place.",
                  "  pharos check playbook.yaml\n", run_check, check);
    command->add_option("FILE", check->files, "Playbooks")->required();
    add_json(command);

    FilesOptions* test;
    command = add("test", "Run the unit tests of playbooks: events in, expected nodes out.",
                  "  pharos test tests/onboarding.yaml\n", run_test, test);
    command->add_option("FILE", test->files, "Files of unit tests")->required();
    add_json(command);

    ImportOptions* import;
    command = add("import", "Take in events from CSV and NDJSON files, also .gz and .zst.",
                  "  pharos import shop events.ndjson\n"
                  "  pharos import shop exports/ --map map.yaml --dry-run\n"
                  "  pharos import shop orders.csv.gz --map map.yaml --rejects rejected.ndjson\n",
                  run_import, import);
    add_dir(command, import->dir);
    command->add_option("FILE", import->files, "Files, or folders of them: one job")->required();
    command->add_option("--map", import->map, "How the rows become events: a map.yaml");
    command->add_option("--until", import->until,
                        "Leave out later events, and stop the clock at this time");
    command->add_flag("--dry-run", import->dry_run, "Check every row, change nothing");
    command->add_option("--rejects", import->rejects, "Write rejected rows to this NDJSON file");
    command->add_flag("--no-history", import->no_history,
                      "Leave the columns that questions read to the first question");
    add_json(command);
  }

  void add_reports() {
    ReportOptions* report;
    CLI::App* const command =
        add("report", "Tables over all accounts: nodes, funnels of events, cohorts that come back.",
            "  pharos report shop nodes\n"
            "  pharos report shop nodes --track main --by industry,size\n"
            "  pharos report shop nodes --where \"size == 'key'\" --as-of 2025-06-30\n"
            "  pharos report shop funnel --steps \"lead_created, contract_signed, order_paid if "
            "amount >= 100\" \\\n"
            "      --window 90d --by industry,month\n"
            "  pharos report shop cohort --target order_paid --sum amount\n",
            run_report, report);
    add_dir(command, report->dir);
    command->add_option("KIND", report->kind, "nodes, funnel or cohort")->required();
    command->add_option(
        "--by", report->by,
        "Attributes to group by, with commas between; funnel: and a period, such as month");
    command->add_option("--where", report->where, "Only accounts for which this CEL rule holds");
    command->add_option("--as-of", report->as_of, "As it was then: a date (its end) or a time");
    command->add_option("--track", report->track, "nodes: only this track");
    command->add_option("--steps", report->steps,
                        "funnel: events, each with \"if CEL\" if wanted, with commas between");
    command->add_option("--window", report->window, "funnel: how long it may take, such as 90d");
    command
        ->add_option("--mode", report->mode,
                     "funnel: ordered, strict, unordered, first, or window_funnel with +flags")
        ->capture_default_str();
    command->add_option("--without", report->without,
                        "funnel: an event that rules an account out; \"1-2: EVENT\" between steps");
    command->add_option("--from", report->from, "funnel, cohort: events from then on");
    command->add_option("--target", report->target, "cohort: the event that begins it");
    command->add_option("--returning", report->returning,
                        "cohort: the event that shows a return; without it: the target");
    command->add_option("--period", report->period, "cohort: day, week or month")
        ->check(CLI::IsMember({"day", "week", "month"}))
        ->capture_default_str();
    command->add_option("--sum", report->sum, "cohort: also add up this property of returns");
    command->add_option("--minimum", report->minimum, "cohort: so many returns in a period")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_flag("--recurring", report->recurring, "cohort: of each period with a target");
    command->add_flag("--cumulative", report->cumulative, "cohort: back then or later");
    add_json(command);
  }

  void add_accounts() {
    AccountsOptions* accounts;
    CLI::App* command =
        add("accounts", "List the accounts for which a rule holds now.",
            "  pharos accounts shop --where \"main.growing.at && count(login, '7d') == 0\"\n"
            "  pharos accounts shop --where \"size == 'key'\" --columns \"industry, "
            "sum(order_paid.amount, '30d')\" \\\n"
            "      --order \"sum(order_paid.amount, '30d') desc\" --limit 20\n"
            "  pharos accounts shop --where \"main.signed.overdue\" --count\n",
            run_accounts, accounts);
    add_dir(command, accounts->dir);
    command->add_option("--where", accounts->where, "A CEL rule; without it: all accounts");
    command->add_option("--columns", accounts->columns, "CEL expressions, with commas between");
    command->add_option("--order", accounts->order, "CEL expression; \" desc\" for downwards");
    command->add_option("--limit", accounts->limit, "At most so many; 0: all")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--count", accounts->count, "Only how many there are");
    command->add_option("--as-of", accounts->as_of, "As it was then: a date (its end) or a time");
    add_json(command);

    AccountOptions* account;
    command = add("account", "Show one account: attributes, places, its life as a timeline.",
                  "  pharos account shop m00042\n", run_account, account);
    add_dir(command, account->dir);
    command->add_option("ID", account->id, "The account's id, or an alias")->required();
    command->add_option("--events", account->events, "How many of the last events")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    add_json(command);

    AccountOptions* why;
    command = add("why", "Say why an account is where it is, and what it lacks for more.",
                  "  pharos why shop m00042\n", run_why, why);
    add_dir(command, why->dir);
    command->add_option("ID", why->id, "The account's id, or an alias")->required();
    add_json(command);
  }

  void add_backtest() {
    BacktestOptions* options;
    CLI::App* const command =
        add("backtest", "Replay all history under another playbook, and say what differs.",
            "  pharos backtest shop --playbook changed.yaml\n"
            "  pharos backtest shop --playbook changed.yaml --until 2025-06-30\n"
            "  pharos backtest shop --playbook changed.yaml --account m00042\n",
            run_backtest, options);
    add_dir(command, options->dir);
    command->add_option("--playbook", options->playbook, "The other playbook")->required();
    command->add_option("--until", options->until,
                        "History up to then: a date (its end) or a time");
    command->add_option("--account", options->account, "The two lives of this one, side by side");
    command->add_option("--limit", options->limit, "At most so many accounts that differ")
        ->capture_default_str();
    add_json(command);
  }

  void add_export() {
    ExportOptions* options;
    CLI::App* const command =
        add("export", "Write everything out again: accounts, members, events or transitions.",
            "  pharos export shop transitions --out transitions.csv\n"
            "  pharos export shop events --format ndjson | zstd > events.ndjson.zst\n",
            run_export, options);
    add_dir(command, options->dir);
    command->add_option("KIND", options->kind, "accounts, members, events or transitions")
        ->required();
    command->add_option("--format", options->format, "csv or ndjson")
        ->check(CLI::IsMember({"csv", "ndjson"}))
        ->capture_default_str();
    command->add_option("--out", options->out, "A file; without it: standard output");

    VerifyOptions* verify;
    CLI::App* const verifying =
        add("verify", "Replay the journal from nothing and compare with every table.",
            "  pharos verify shop\n", run_verify, verify);
    add_dir(verifying, verify->dir);
    add_json(verifying);

    PublishOptions* publish;
    CLI::App* const publishing =
        add("publish", "Go over to another playbook: all of history is told anew under it.",
            "  pharos backtest shop --playbook playbook.yaml    what would change\n"
            "  pharos publish shop --playbook playbook.yaml\n",
            run_publish, publish);
    add_dir(publishing, publish->dir);
    publishing->add_option("--playbook", publish->playbook, "The new version: a YAML file")
        ->required();
    add_json(publishing);

    RepairOptions* repair;
    CLI::App* const repairing =
        add("repair", "Keep what is sound of a damaged workspace, and say what is lost.",
            "  pharos repair shop\n"
            "  pharos repair shop --to shop-repaired\n"
            "  pharos repair shop --playbook playbook.yaml\n",
            run_repair, repair);
    add_dir(repairing, repair->dir);
    repairing->add_option("--to", repair->to,
                          "Write the repaired workspace to this new folder; without it, it takes "
                          "the place of the damaged file, which is kept beside it");
    repairing->add_option("--playbook", repair->playbook,
                          "The playbook to go on with, if the one in the file is lost");
    add_json(repairing);
  }

  void add_backup() {
    BackupOptions* backup;
    CLI::App* command = add("backup", "Copy a workspace into one file, also while it is served.",
                            "  pharos backup shop shop-2026-01-31.backup\n", run_backup, backup);
    add_dir(command, backup->dir);
    command->add_option("FILE", backup->file, "The backup; there must be no such file")->required();
    add_json(command);

    RestoreOptions* restore;
    command = add("restore", "Make a workspace of a backup, verified, in a new folder.",
                  "  pharos restore shop-2026-01-31.backup shop\n", run_restore, restore);
    command->add_option("FILE", restore->file, "The backup")->required();
    command->add_option("DIR", restore->dir, "A new folder, or an empty one")->required();
    add_json(command);
  }

  void add_server() {
    ServeOptions* serve;
    CLI::App* command =
        add("serve", "Serve a workspace: events in over HTTP, timers on time.",
            "  pharos serve shop\n"
            "  pharos serve shop --listen 0.0.0.0:8443 --config pharos.yaml\n"
            "  pharos serve shop --open        without keys, on this machine alone\n",
            run_serve, serve);
    add_dir(command, serve->dir);
    command->add_option("--listen", serve->listen, "ADDR:PORT; without it: 127.0.0.1:8080");
    command->add_option("--config", serve->config, "Settings: a YAML file (docs/server.md)");
    command->add_flag("--open", serve->open, "Ask for no key; only on a loopback address");

    KeysOptions* keys;
    command = add("keys", "Make, list and revoke the keys of a workspace's server.",
                  "  pharos keys add shop --name website --scope events:create\n"
                  "  pharos keys list shop\n"
                  "  pharos keys revoke shop --name website\n",
                  run_keys, keys);
    command->add_option("ACT", keys->act, "add, list or revoke")
        ->required()
        ->check(CLI::IsMember({"add", "list", "revoke"}));
    add_dir(command, keys->dir);
    command->add_option("--name", keys->name, "Of the key");
    command
        ->add_option("--scope", keys->scope,
                     "What it may do, such as events:create,accounts:read (docs/access.md)")
        ->capture_default_str();
    command->add_option("--rows", keys->rows, "CEL over attributes: the accounts that it sees");
    command->add_option("--expires", keys->expires, "After how long it ends")
        ->capture_default_str();
    add_json(command);

    OwnerOptions* owner;
    command = add("owner", "A link for the owner: the first time, or when they are locked out.",
                  "  pharos owner shop --email ada@example.com\n"
                  "  pharos owner shop --email ada@example.com --without-second-factor\n",
                  run_owner, owner);
    add_dir(command, owner->dir);
    command->add_option("--email", owner->email, "Of the owner")->required();
    command->add_option("--url", owner->url, "Where the console is")->capture_default_str();
    command->add_flag("--without-second-factor", owner->without_second_factor,
                      "Forget the phone, too");
    add_json(command);

    ConfigOptions* config;
    command = add("config", "Check the settings of a server: every fault, with its place.",
                  "  pharos config check pharos.yaml\n", run_config, config);
    command->add_option("ACT", config->act, "check")->required()->check(CLI::IsMember({"check"}));
    command->add_option("FILE", config->file, "Settings in YAML")->required();
    add_json(command);
  }

  void add_audit() {
    AuditOptions* options;
    CLI::App* const command =
        add("audit", "Check, or write out, who changed what: operators, roles, sign-ins.",
            "  pharos audit verify shop\n"
            "  pharos audit verify shop --head 17:9f86d081...      the head that was noted then\n"
            "  pharos audit export shop > audit.ndjson\n",
            run_audit, options);
    command->add_option("ACT", options->act, "verify or export")
        ->required()
        ->check(CLI::IsMember({"verify", "export"}));
    add_dir(command, options->dir);
    command->add_option("--head", options->head,
                        "verify: a head noted earlier, NUMBER:SUM; its row must still be there");
    add_json(command);
  }

  void add_calc() {
    CalcOptions* options;
    CLI::App* const command =
        add("calc", "Work out an insight function on a JSON document, or check its cases.",
            "  pharos calc funnels funnel.json      one case: its result as JSON\n"
            "  pharos calc retention < cohort.json\n"
            "  pharos calc funnels cases/*.json     files of cases: what differs, and the sum\n",
            run_calc, options);
    command->add_option("KIND", options->kind, calc_kinds_text())->required();
    command->add_option("FILE", options->files, "JSON documents; none or -: standard input");
    add_json(command);
  }

  void add_cel() {
    CelOptions* cel;
    CLI::App* const command = add(
        "cel", "Evaluate an expression of the rule language, or run conformance cases.",
        "  pharos cel \"[1, 2, 3].filter(x, x > 1)\"\n"
        "  pharos cel \"size == 'key' && orders > 10\" --bindings '{\"size\": \"key\", \"orders\": "
        "12}'\n"
        "  pharos cel - --bindings @variables.json < rule.cel\n"
        "  pharos cel --cases basic.json macros.json\n",
        run_cel, cel);
    command->add_option("EXPR", cel->expression, "Plain CEL; -: read it from standard input");
    command->add_option("--bindings", cel->bindings, "Variables: a JSON object, or @FILE with one");
    command->add_option("--cases", cel->cases, "Run the cases of these JSON files instead");
    add_json(command);
  }

  void add_demo() {
    DemoOptions* demo;
    CLI::App* const command =
        add("demo", "Make a workspace with a year of 10,000 merchants, and look around in it.",
            "  pharos demo\n"
            "  pharos demo /tmp/shop --merchants 2000\n",
            run_demo, demo);
    command->add_option("DIR", demo->dir, "Folder of the workspace; without it: ./pharos-demo");
    command->add_option("--merchants", demo->merchants, "How many merchants")
        ->check(CLI::Range(1U, 1'000'000U))
        ->capture_default_str();
    command->add_option("--seed", demo->seed, "Another seed, another market")
        ->capture_default_str();
  }

  // The first word that is no option, if no command has that name.
  std::string unknown_command(const std::vector<std::string>& arguments) const {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (arguments[i] == "--lang")
        ++i;
      else if (!arguments[i].starts_with('-'))
        return std::ranges::find(names_, arguments[i]) == names_.end() ? arguments[i] : "";
    }
    return "";
  }

  std::string overview() const {
    std::string text =
        "Pharos: where every account is in its life, which are stuck, and why.\n\n"
        "  pharos COMMAND ... [--lang en|zh] [--json]\n\n";
    for (const CLI::App* command : app_.get_subcommands({}))
      text += fmt::format("  {:<10}{}\n", command->get_name(), command->get_description());
    return text +
           "\nStart with\n\n"
           "  pharos demo                       a year of 10,000 merchants to look around in\n"
           "  pharos init shop --pack platform  a workspace of your own\n\n"
           "Each command has examples: pharos COMMAND --help. Exit codes: 0 done, 1 failed, "
           "2 usage.\n";
  }

  Shell& shell_;
  CLI::App app_;
  std::string language_;
  bool help_ = false;
  bool version_ = false;
  std::vector<std::string> names_;
  std::function<Result<Exit>()> act_;
};

}  // namespace

Exit run(Shell shell, const std::vector<std::string>& arguments) {
  return Program(shell).run(arguments);
}

}  // namespace pharos::cli
