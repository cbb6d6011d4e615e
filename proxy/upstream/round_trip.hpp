#pragma once
/// One request and its reply on a connection, in one version of HTTP: what native_send asks for what it tells its transfer. Nothing is read that
/// nobody asked for, beyond 64 KiB, so a reader who waits holds the provider back. One thread.

#include "proxy/upstream/provider_wire.hpp"
#include "proxy/upstream/transport.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace sallyport::upstream {

class round_trip {
 public:
  virtual ~round_trip() = default;

  /// Gives back what data() showed; then what is there to be told. Nothing: the owner is woken when there may be something.
  virtual std::optional<signal> take_signal() = 0;
  /// Nothing is taken for a while: buffers that a burst made large are given back.
  virtual void rest() = 0;
  virtual const incoming_head& head() const = 0;
  virtual std::string_view data() const = 0;
  /// Of a round trip that failed.
  virtual const failure* why() const = 0;
  virtual bool body_sent() const = 0;

  /// The transfer is gone. True: only the end of the reply is missing, and is waited for until the owner is told that it lingered.
  virtual bool linger() = 0;
  /// Ends it, if it has not ended. The owner is told nothing more.
  virtual void let_go() = 0;
};

/// Whose round trip it is. It is the caller's last act to tell it: the owner may end the round trip.
class round_trip_owner {
 public:
  /// There may be something to take.
  virtual void woken() = 0;
  /// The end that was waited for has come, or will not.
  virtual void lingered() = 0;
  /// A connection of HTTP/1.1 that may serve another request.
  virtual void keep(std::shared_ptr<provider_wire> one) = 0;

 protected:
  ~round_trip_owner() = default;
};

/// How long, and for how much, the end of a reply is waited for of which all that matters has been read.
inline constexpr std::chrono::milliseconds linger_time{250};
inline constexpr std::size_t linger_bytes_max = 16 * 1024;
/// A buffer that a burst made large is given back while nothing arrives.
inline constexpr std::size_t idle_bytes_max = 4 * 1024;

}  // namespace sallyport::upstream
