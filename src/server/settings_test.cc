// server/settings_test.cc: files, variables, faults with their places, and the page about them.
#include "server/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

namespace pharos::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

TEST(Settings, come_from_a_file_and_variables_win) {
  const auto result = read_settings(
      "listen: 0.0.0.0:9000\nlimits:\n  body_bytes: 2048\n  idle_time: 5s\n"
      "cors:\n  origins: [https://a.example, https://b.example]\n"
      "segment:\n  users_are_accounts: false\n",
      "p.yaml", environment_of({{"PHAROS_LIMITS_BODY_BYTES", "4096"}}));
  EXPECT_TRUE(result.diagnostics.empty());
  EXPECT_EQ(result.settings.listen, "0.0.0.0:9000");
  EXPECT_EQ(result.settings.body_bytes, 4'096);
  EXPECT_EQ(result.settings.idle_time, Duration{5'000});
  EXPECT_FALSE(result.settings.segment_users_are_accounts);
  EXPECT_THAT(result.settings.cors_origins, ElementsAre("https://a.example", "https://b.example"));
  EXPECT_EQ(result.settings.header_bytes, Settings{}.header_bytes);
}

TEST(Settings, say_every_fault_with_its_place) {
  const auto result = read_settings(
      "listen: here\nlimits:\n  body_byte: 1\n  header_time: soon\n  connections: 0\n"
      "tls: {certificate: a.pem}\nlog: {level: loud}\ncors: {origins: [a.example]}\n",
      "p.yaml", environment_of({{"PHAROS_THREADS", "many"}}));
  std::vector<std::string> texts;
  for (const Diagnostic& diagnostic : result.diagnostics)
    texts.push_back(format_diagnostic(diagnostic));
  EXPECT_THAT(texts,
              testing::UnorderedElementsAre(
                  HasSubstr("p.yaml:1:9: listen is \"here\""),
                  testing::AllOf(HasSubstr("p.yaml:3:3: there is no setting \"limits.body_byte\""),
                                 HasSubstr("Did you mean \"limits.body_bytes\"?")),
                  HasSubstr("p.yaml:4:16: limits.header_time is \"soon\"; expected a time"),
                  HasSubstr("p.yaml:5:16: limits.connections is \"0\"; expected a whole number"),
                  HasSubstr("p.yaml:6:20: tls has one of certificate and key"),
                  HasSubstr("p.yaml:7:14: log.level is \"loud\""),
                  HasSubstr("cors.origins has \"a.example\""),
                  HasSubstr("PHAROS_THREADS: is \"many\"; expected a whole number")));
}

TEST(Settings, addresses_are_hosts_and_ports) {
  EXPECT_EQ(parse_address("127.0.0.1:80")->port, 80);
  EXPECT_EQ(parse_address("[::1]:0")->host, "::1");
  for (const char* text : {"", "80", ":80", "::1:80", "a:70000", "a:x"})
    EXPECT_FALSE(parse_address(text)) << text;
  EXPECT_TRUE(is_loopback({"127.0.0.9", 1}));
  EXPECT_TRUE(is_loopback({"::1", 1}));
  EXPECT_FALSE(is_loopback({"0.0.0.0", 1}));
}

// docs/server.md has a row for each setting, with its variable; and none that does not exist.
TEST(Settings, are_all_documented) {
  std::ifstream file(PHAROS_SOURCE_DIR "/docs/server.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  std::size_t rows = 0;
  for (std::size_t at = 0; (at = page.find("` | `PHAROS_", at)) != std::string::npos; ++at) ++rows;
  EXPECT_EQ(rows, setting_names().size());
  for (const std::string& name : setting_names())
    EXPECT_THAT(page, HasSubstr("| `" + name + "` | `" + variable_of(name) + "` |"));
}

}  // namespace
}  // namespace pharos::server
