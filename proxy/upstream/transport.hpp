#pragma once
/// The way to a provider. Two stand behind this interface, native_transport and curl_transport; relay and the simulation know no more than this.

#include "adapters/words/header_list.hpp"
#include "adapters/words/result.hpp"
#include "proxy/words/cleared.hpp"
#include "proxy/words/clock.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace sallyport::upstream {

struct outgoing {
  std::string path;                         ///< behind the provider's base address
  std::shared_ptr<const std::string> body;  ///< kept by the transport until it is sent
  header_list headers;                      ///< what passes of the client's; content type, credential and the provider's own are added here
  std::chrono::milliseconds connect_timeout{3'000};
  std::size_t credential = 0;               ///< its place among the provider's keys
};

struct incoming_head {
  int status = 0;
  header_list headers;
};

/// What next() came back with.
enum class signal : std::uint8_t {
  head,       ///< head() is there; comes once, before any data
  data,       ///< data() holds bytes, until next() is called again
  end,        ///< the message is whole as HTTP has it (the last signal)
  failed,     ///< why() says what (the last signal)
  late,       ///< the deadline passed; the transfer goes on until this object ends
  cancelled,  ///< cancel() was called
};

/// One send under way. Destroying it closes it at once: the provider sees the connection end (or the HTTP/2 stream reset).
/// Back-pressure: no more than 64 KiB are taken off the wire while nobody calls next().
class transfer {
 public:
  virtual ~transfer() = default;

  /// Waits for the next thing, no longer than `deadline`. One wait at a time.
  virtual task<signal> next(instant deadline) = 0;
  /// Ends the wait under way (or the next one) with `cancelled`. Same thread.
  virtual void cancel() = 0;
  /// All that matters has been read; what is left is the message's own end. Destroyed afterwards, it may wait for that, a quarter of a second
  /// at most, so that its connection can be kept.
  virtual void let_end() {}

  virtual const incoming_head& head() const = 0;
  virtual std::string_view data() const = 0;
  virtual const failure& why() const = 0;
  /// False only if certainly no byte of the body left this process, or the provider said in HTTP/2 that it has done nothing with the request.
  virtual bool body_sent() const = 0;
  /// The address that was connected to, as 10.0.0.5:8000; empty before.
  virtual std::string peer() const = 0;
};

/// Connections that one transport keeps open for each deployment class while nothing runs on them.
inline constexpr std::size_t kept_connections_max = 2'048;

class transport {
 public:
  virtual ~transport() = default;
  /// Begins to send. Never repeats a request by itself, follows no redirect, uses no proxy from the environment.
  virtual std::unique_ptr<transfer> send(const cleared& target, outgoing what) = 0;
};

}  // namespace sallyport::upstream
