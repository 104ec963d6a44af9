// server/tls_test.cc: TLS with a certificate that is renewed while the server runs.
#include "server/tls.h"

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <fstream>
#include <memory>

#include "server/trial.h"

namespace pharos::server {
namespace {

using testing::HasSubstr;

template <auto free_it>
struct Freed {
  void operator()(auto* object) const { free_it(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<::EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<::X509_free>>;

// A certificate that signs itself, for `name`, with its key.
void write_certificate(const std::string& path, const std::string& key_path,
                       const std::string& name) {
  const Key key(::EVP_EC_gen("P-256"));
  const Certificate certificate(::X509_new());
  ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), 1);
  ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), 0);
  ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), 3'600);
  ::X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const subject = ::X509_get_subject_name(certificate.get());
  ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  ::X509_set_issuer_name(certificate.get(), subject);
  ::X509_sign(certificate.get(), key.get(), ::EVP_sha256());
  std::FILE* file = std::fopen(path.c_str(), "w");
  ::PEM_write_X509(file, certificate.get());
  std::fclose(file);
  file = std::fopen(key_path.c_str(), "w");
  ::PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
}

// The name in the certificate and the answer to a request; empty where TLS fails.
std::pair<std::string, std::string> greet(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  const timeval patience{10, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const bool is_open =
      ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  const std::unique_ptr<SSL_CTX, Freed<::SSL_CTX_free>> context(
      ::SSL_CTX_new(::TLS_client_method()));
  const std::unique_ptr<SSL, Freed<::SSL_free>> ssl(::SSL_new(context.get()));
  ::SSL_set_fd(ssl.get(), socket);
  std::pair<std::string, std::string> found;
  if (is_open && ::SSL_connect(ssl.get()) == 1) {
    const Certificate certificate(::SSL_get1_peer_certificate(ssl.get()));
    char name[100] = {};
    ::X509_NAME_get_text_by_NID(::X509_get_subject_name(certificate.get()), NID_commonName, name,
                                sizeof name);
    found.first = name;
    const std::string request = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    ::SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()));
    char piece[4'096];
    for (int size; (size = ::SSL_read(ssl.get(), piece, sizeof piece)) > 0;)
      found.second.append(piece, static_cast<std::size_t>(size));
    ::SSL_shutdown(ssl.get());
  }
  ::close(socket);
  return found;
}

TEST_F(ServerTrial, a_certificate_is_renewed_and_a_bad_one_is_not_used) {
  const std::string path = dir() + "/cert.pem", key_path = dir() + "/key.pem";
  write_certificate(path, key_path, "first.example");
  Settings settings;
  settings.tls_certificate = path;
  settings.tls_key = key_path;
  start(settings);
  const auto [name, answer] = greet(port());
  EXPECT_EQ(name, "first.example");
  EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200 OK"));
  EXPECT_THAT(answer, HasSubstr("Strict-Transport-Security: max-age=31536000; includeSubDomains"));
  EXPECT_EQ(server_->url(), fmt::format("https://127.0.0.1:{}", port()));

  write_certificate(path, key_path, "second.example");
  server_->reload_certificate();
  EXPECT_EQ(greet(port()).first, "second.example");

  write_certificate(path, dir() + "/other.pem", "third.example");  // Not of the key in use.
  server_->reload_certificate();
  EXPECT_EQ(greet(port()).first, "second.example");
  std::ofstream(path) << "no certificate";
  server_->reload_certificate();
  EXPECT_EQ(greet(port()).first, "second.example");

  // Plain HTTP on that port is no way in.
  Client plain(port());
  EXPECT_EQ(plain.ask("GET", "/healthz").status, 0);
  EXPECT_THAT(greet(port()).second, HasSubstr("200 OK"));
}

TEST_F(ServerTrial, does_not_start_with_a_certificate_that_cannot_be_used) {
  Tls missing(dir() + "/none.pem", dir() + "/none.pem");
  const auto done = missing.reload();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::invalid);
  EXPECT_THAT(done.error().message, HasSubstr("none.pem: cannot be used as a certificate chain"));
  EXPECT_EQ(missing.context(), nullptr);
}

}  // namespace
}  // namespace pharos::server
