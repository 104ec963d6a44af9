// engine/trial_test.cc: playbooks' unit tests are run; ours pass, and a failing one says how.
#include "engine/trial.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "playbook/load.h"

namespace pharos::engine {
namespace {

constexpr const char* tested = R"(playbook: p
timezone: Asia/Shanghai
currency: CNY
events: {order_paid: {amount: money}}
tracks:
  main:
    - stage: s
      nodes:
        - {node: lead, on: lead_created}
        - {node: signed, on: contract_signed, due: 3d}
        - node: active
          when: sum(order_paid.amount, '30d') >= 100
          lapse: {when: "count(order_paid, '30d') == 0", to: dormant}
        - {node: dormant, branch: true}
segments: {busy: "count(login, '7d') >= 2"}
)";

playbook::Playbook load_tested() {
  auto loaded = playbook::load({{.path = "p.yaml", .text = tested}});
  for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << format_diagnostic(d);
  return *std::move(loaded.playbook);
}

std::string run_text(const playbook::Playbook& book, const std::string& test) {
  const auto file = playbook::read_trials("playbook: p.yaml\ntests:\n" + test, "t.yaml", book);
  std::string text;
  for (const Diagnostic& d : file.diagnostics) text += format_diagnostic(d) + "\n";
  for (const playbook::Trial& trial : file.trials) text += format_outcome(run_trial(book, trial));
  return text;
}

const std::string life = R"(  - test: a merchant sells and sleeps
    events:
      - {at: 2025-01-02 09:00, event: lead_created}
      - {at: 2025-01-07 09:00, event: contract_signed}
      - {at: 2025-01-08 09:00, event: order_paid, props: {amount: 50.00}, times: 2, every: 1d}
      - {at: 2025-01-08 10:00, event: login, times: 2, every: 1h}
    until: 2025-03-01
    expect:
)";

TEST(Trial, says_nothing_when_all_is_as_expected) {
  const auto book = load_tested();
  EXPECT_EQ(run_text(book, life + R"(      nodes:
        main.lead: {entered: 2025-01-02 09:00, released: never, overdue: never}
        main.signed: {entered: 2025-01-07 09:00, overdue: 2025-01-05 09:00}
        main.active: {entered: 2025-01-09 09:00, released: 2025-02-08 09:00}
        main.dormant: 2025-02-08 09:00
      at:
        main:
          2025-01-02 08:59: none
          2025-01-02 09:00: lead        # After what happens at that time.
          2025-02-08 08:59:59.999: active
          2025-02-08 09:00: dormant
          end: dormant
      segments:
        busy: {entered: 2025-01-08 11:00, left: 2025-01-15 10:00}
)"),
            "");
}

TEST(Trial, a_difference_shows_both_sides_in_the_zone) {
  const auto book = load_tested();
  EXPECT_EQ(run_text(book, life + R"(      nodes:
        main.lead: never
        main.active: {entered: [2025-01-09 09:00, 2025-02-01], released: never}
      at:
        main: {2025-01-08: lead, end: none}
      segments:
        busy: 2025-01-08 10:00
)"),
            "t.yaml:3:11: failed: a merchant sells and sleeps\n"
            "  line 15: main at 2025-01-08 00:00\n"
            "    expected  lead\n"
            "    found     signed\n"
            "  line 15: main at the end\n"
            "    expected  none\n"
            "    found     dormant\n"
            "  line 12: main.lead entered\n"
            "    expected  never\n"
            "    found     2025-01-02 09:00\n"
            "  line 13: main.active entered\n"
            "    expected  2025-01-09 09:00, 2025-02-01 00:00\n"
            "    found     2025-01-09 09:00\n"
            "  line 13: main.active released\n"
            "    expected  never\n"
            "    found     2025-02-08 09:00\n"
            "  line 17: segment busy entered\n"
            "    expected  2025-01-08 10:00\n"
            "    found     2025-01-08 11:00\n");
}

// Looking at an account in between must not change what becomes of it.
TEST(Trial, a_look_in_between_changes_nothing) {
  const auto book = load_tested();
  std::string looks;
  for (int day = 1; day <= 28; ++day)
    looks += fmt::format("          2025-02-{:02}: {}\n", day, day <= 8 ? "active" : "dormant");
  EXPECT_EQ(run_text(book, life + "      at:\n        main:\n" + looks +
                               "      nodes: {main.dormant: 2025-02-08 09:00}\n"),
            "");
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<std::string> read_file(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) return fail(ErrorCode::not_found, "no such file");
  return read(path);
}

std::size_t run_file(const std::filesystem::path& path) {
  const std::string text = read(path);
  const auto head = playbook::read_trial_head(text, path.string());
  for (const Diagnostic& d : head.diagnostics) ADD_FAILURE() << format_diagnostic(d);
  if (!head.playbook) return 0;
  const auto loaded = playbook::load(*head.playbook, read_file);
  for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << format_diagnostic(d);
  if (!loaded.playbook) return 0;
  const auto file = playbook::read_trials(text, path.string(), *loaded.playbook);
  for (const Diagnostic& d : file.diagnostics) ADD_FAILURE() << format_diagnostic(d);
  for (const playbook::Trial& trial : file.trials) {
    const TrialOutcome outcome = run_trial(*loaded.playbook, trial);
    EXPECT_TRUE(outcome.mismatches.empty()) << format_outcome(outcome);
  }
  return file.trials.size();
}

TEST(Trial, those_of_our_packs_and_examples_pass) {
  const std::filesystem::path root = PHAROS_SOURCE_DIR;
  std::size_t count = run_file(root / "examples/olist/tests.yaml");
  for (const char* pack : {"platform", "service"})
    for (const auto& file : std::filesystem::directory_iterator(root / "packs" / pack / "tests"))
      count += run_file(file.path());
  EXPECT_GE(count, 30U);
}

// The code fences of a page that carry a mark.
std::vector<std::string> fences(const std::string& page, const std::string& mark) {
  std::vector<std::string> found;
  for (std::size_t at = page.find("```" + mark + "\n"); at != std::string::npos;
       at = page.find("```" + mark + "\n", at)) {
    const std::size_t begin = at + mark.size() + 4;
    at = page.find("\n```", begin);
    found.push_back(page.substr(begin, at - begin + 1));
  }
  return found;
}

TEST(Trial, those_of_the_language_reference_pass) {
  const std::string page = read(std::filesystem::path(PHAROS_SOURCE_DIR) / "docs/playbook.md");
  std::map<std::string, std::string> playbooks;  // By file name: "lifecycle.yaml".
  for (const std::string& text : fences(page, "yaml playbook")) {
    const auto loaded = playbook::load({{.path = "p.yaml", .text = text}});
    if (loaded.playbook) playbooks[loaded.playbook->name + ".yaml"] = text;
  }
  const auto tests = fences(page, "yaml tests");
  ASSERT_FALSE(tests.empty());
  for (const std::string& text : tests) {
    const auto head = playbook::read_trial_head(text, "docs.yaml");
    ASSERT_TRUE(head.playbook && playbooks.contains(*head.playbook));
    const auto loaded = playbook::load({{.path = "p.yaml", .text = playbooks[*head.playbook]}});
    const auto file = playbook::read_trials(text, "docs.yaml", *loaded.playbook);
    for (const Diagnostic& d : file.diagnostics) ADD_FAILURE() << format_diagnostic(d);
    for (const playbook::Trial& trial : file.trials)
      EXPECT_EQ(format_outcome(run_trial(*loaded.playbook, trial)), "");
  }
}

}  // namespace
}  // namespace pharos::engine
