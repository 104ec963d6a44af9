// server/trial.h: for tests: a server on a loopback port over a workspace of its own, and a small
// blocking client.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "access/keys.h"
#include "access/schema.h"
#include "base/json.h"
#include "base/text.h"
#include "server/server.h"

namespace pharos::server {

inline constexpr std::string_view trial_playbook = R"yaml(
playbook: trial
model: service
timezone: UTC
currency: EUR
attributes:
  name: {type: string}
  plan: {type: enum, values: [trial, team, enterprise]}
  employees: {type: int}
members:
  email: {type: string}
  role: {type: string}
events:
  lead_created: {}
  login: {}
  order_paid: {amount: money, category: string}
  report_exported: {format: string, pages: int}
  invoice_paid: {amount: money}
  invoice_overdue: {days: int}
  plan_changed: {from: string, to: string}
  skewed: {}
  export_scheduled: {}
  step_one: {}
  step_three: {}
  button_clicked: {}
tracks:
  main:
    - stage: all
      nodes:
        - node: lead
          on: lead_created
        - node: active
          when: count(order_paid, '30d') >= 2
          due: 1d
)yaml";

struct Reply {
  int status = 0;  // 0: the connection ended before an answer.
  std::vector<Header> headers;
  std::string body;
  std::string header(std::string_view name) const {
    for (const Header& header : headers)
      if (equal_ignoring_case(header.name, name)) return header.value;
    return {};
  }
  Json json() const {
    auto parsed = parse_json(body);
    return parsed ? *std::move(parsed) : Json{};
  }
  // A member of the body as text: "3", "true", "bad_json".
  std::string member(std::string_view name) const {
    const Json tree = json();
    const Json* const found = tree.kind == JsonKind::object ? tree.find(name) : nullptr;
    return found ? found->text : std::string();
  }
};

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    is_open_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool is_open() const { return is_open_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Whether the server has closed, waiting for it if need be.
  bool is_closed() { return input_.empty() && !receive(); }

  Reply read(bool has_body = true) {
    Reply reply;
    std::size_t end;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos)
      if (!receive()) return reply;
    const auto lines = split(std::string_view(input_).substr(0, end), '\n');
    std::size_t length = 0;
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const std::size_t colon = lines[i].find(':');
      Header header{std::string(lines[i].substr(0, colon)),
                    std::string(trimmed(lines[i].substr(colon + 1)))};
      if (equal_ignoring_case(header.name, "content-length"))
        length = static_cast<std::size_t>(parse_int64(header.value).value_or(0));
      reply.headers.push_back(std::move(header));
    }
    reply.status = static_cast<int>(parse_int64(lines[0].substr(9, 3)).value_or(0));
    input_.erase(0, end + 4);
    if (!has_body) return reply;
    while (input_.size() < length)
      if (!receive()) return reply;
    reply.body = input_.substr(0, length);
    input_.erase(0, length);
    return reply;
  }

  Reply ask(std::string_view method, std::string_view path, std::string_view body = "",
            const std::vector<Header>& headers = {}) {
    std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: test\r\n", method, path);
    for (const Header& header : headers) text += header.name + ": " + header.value + "\r\n";
    if (!body.empty() || method == "POST" || method == "PUT")
      text += fmt::format("Content-Length: {}\r\n", body.size());
    text += "\r\n";
    send(text + std::string(body));
    return read(method != "HEAD");
  }

 private:
  bool receive() {
    char piece[65'536];
    const ssize_t size = ::recv(socket_, piece, sizeof piece, 0);
    if (size <= 0) return false;
    input_.append(piece, static_cast<std::size_t>(size));
    return true;
  }
  int socket_;
  bool is_open_ = false;
  std::string input_;
};

inline constexpr std::string_view trial_secret = "test_write_key";
inline const std::vector<Header> with_key = {{"Authorization", "Bearer test_write_key"}};
inline const std::vector<Header> with_owner_key = {{"Authorization", "Bearer owner_key"},
                                                   {"Content-Type", "application/json"}};
inline const std::vector<Header> with_key_and_json = {{"Authorization", "Bearer test_write_key"},
                                                      {"Content-Type", "application/json"}};

class TrialKeys final : public Keys {
 public:
  std::shared_ptr<const Identity> find(std::string_view secret) override {
    if (secret == trial_secret) return identity("trial", "events:create");
    if (secret == "metrics_key") return identity("scraper", "server:read");
    if (secret == "owner_key")
      return identity("all", access::grants_text(access::find_built_in_role("owner")->grants));
    return nullptr;
  }

 private:
  static std::shared_ptr<const Identity> identity(std::string name, std::string_view grants) {
    access::ApiKey key{.name = std::move(name), .grants = *access::parse_grants(grants)};
    return std::make_shared<const Identity>(
        Identity{.kind = IdentityKind::key, .principal = access::principal_of(key)});
  }
};

inline Instant real_clock() {
  using namespace std::chrono;
  return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

class ServerTrial : public testing::Test {
 protected:
  ServerTrial() {
    std::string name = (std::filesystem::temp_directory_path() / "server-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
    const auto made =
        journal::Workspace::create(dir_ + "/w", {{"trial.yaml", std::string(trial_playbook)}});
    if (!made) ADD_FAILURE() << made.error().message;
  }
  ~ServerTrial() override {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
  }

  // Tests say what they need of the settings; the rest is the default.
  void start(Settings settings = {}, std::unique_ptr<Keys> keys = std::make_unique<TrialKeys>()) {
    settings.listen = "127.0.0.1:0";
    if (settings.log_level == "info") settings.log_level = "error";
    ServerOptions options;
    options.settings = std::move(settings);
    auto workspace = journal::Workspace::open_to_write(dir_ + "/w", {});
    ASSERT_TRUE(workspace) << workspace.error().message;
    options.workspace = wrap(*std::move(workspace));
    options.keys = std::move(keys);
    auto room = access::open_room(dir_ + "/w");
    ASSERT_TRUE(room) << room.error().message;
    options.room = *std::move(room);
    options.door = *access::open_room(dir_ + "/w");
    options.password_cost = access::password_cost_least;
    options.clock = clock;
    options.takes_signals = false;
    auto server = Server::open(std::move(options));
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    thread_ = std::thread([this] {
      const Result<> done = server_->run();
      if (!done) failure_ = done.error().message;
    });
  }
  void stop() {
    if (server_) server_->stop();
    if (thread_.joinable()) thread_.join();
    server_.reset();
  }
  // Until it has ended by itself.
  void wait() { thread_.join(); }
  std::uint16_t port() const { return server_->port(); }
  std::unique_ptr<store::Database> room() { return *access::open_room(dir_ + "/w"); }

  // "id account member name time", in journal order; the server must have stopped.
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    const auto workspace = journal::Workspace::open_to_read(dir_ + "/w");
    EXPECT_TRUE(workspace);
    const auto& events = (*workspace)->playbook().schema.events;
    const auto read = (*workspace)->each_block([&](const engine::EventBatch& batch) -> Result<> {
      for (const engine::Event& event : batch.events)
        lines.push_back(fmt::format("{} {} {} {} {}", batch.view(event.id),
                                    batch.view(event.account),
                                    event.member.size == 0 ? "-" : batch.view(event.member),
                                    events[event.type].name, format_instant(event.time)));
      return {};
    });
    EXPECT_TRUE(read);
    return lines;
  }
  const std::string& dir() const { return dir_; }

  std::function<Instant()> clock = real_clock;
  using Owned = std::unique_ptr<journal::Workspace>;
  std::function<Owned(Owned)> wrap = [](Owned workspace) { return workspace; };
  std::string failure_;
  std::unique_ptr<Server> server_;

 private:
  std::string dir_;
  std::thread thread_;
};

}  // namespace pharos::server
