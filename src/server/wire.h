// server/wire.h: one connection's bytes, plain or TLS, with a deadline for what is being waited
// for.
#pragma once

#include <string>
#include <string_view>

#include "server/message.h"
#include "server/task.h"

namespace pharos::server {

struct Received {
  std::size_t bytes = 0;
  bool timed_out = false;  // The deadline passed; what is to be said can still be written.
  bool ended = false;      // Closed by the peer, cancelled, or broken.
};

// Of the thread of its socket alone.
class Wire {
 public:
  virtual ~Wire() = default;

  virtual Task<bool> handshake() = 0;  // Nothing to do where it is plain.
  virtual Task<Received> read_some(char* into, std::size_t size) = 0;
  virtual Task<bool> write(std::string_view head, std::string_view body) = 0;
  // Says that nothing follows, and waits a moment for the peer to close: an answer to a request
  // that was not read to its end would else be lost with the reset that its rest provokes.
  virtual Task<> finish() = 0;

  // Of all waits from now on, until the next call.
  virtual void set_deadline(Clock::time_point deadline) = 0;
  virtual void cancel() = 0;  // Ends the wait at hand.
  virtual void close() = 0;   // For good.
  virtual const std::string& remote_address() const = 0;
  virtual bool is_encrypted() const = 0;
};

}  // namespace pharos::server
