// server/tls.h: certificate and key, and their renewal while connections go on.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/error.h"

namespace pharos::server {

// What new connections are greeted with. The OpenSSL context is behind it (wire.cc).
struct TlsContext;

// Any thread.
class Tls {
 public:
  Tls(std::string certificate_path, std::string key_path);
  // Reads both files. What cannot be used leaves what was in use. Errors: invalid, io.
  Result<> reload();
  std::shared_ptr<const TlsContext> context() const;

 private:
  const std::string certificate_path_, key_path_;
  mutable std::mutex mutex_;
  std::shared_ptr<const TlsContext> context_;
};

}  // namespace pharos::server
