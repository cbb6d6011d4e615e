#pragma once
/// A built-in upstream with a thread of its own, for whoever has no io_context to lend: tests, the demo. Members may be called by any
/// one thread at a time, never by the upstream's own.

#include "proxy/rehearsal/faulty_upstream.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

namespace sallyport::rehearsal {

class upstream_thread {
 public:
  explicit upstream_thread(character who, std::uint16_t port = 0, upstream_limits limits = {});
  ~upstream_thread();  ///< stops and joins
  upstream_thread(const upstream_thread&) = delete;
  upstream_thread& operator=(const upstream_thread&) = delete;

  /// Listens and starts the thread; the port is known when it returns.
  result<void> start();
  /// Resets what is open and joins. Later calls do nothing.
  void stop();

  void kill();
  result<void> revive();

  std::uint16_t port() const { return upstream_->port(); }
  /// http://127.0.0.1:PORT/v1
  std::string base_url() const;
  reception& received() { return upstream_->received(); }

 private:
  struct guard;

  boost::asio::io_context io_{1};
  std::unique_ptr<guard> guard_;
  std::unique_ptr<faulty_upstream> upstream_;
  std::thread thread_;
};

}  // namespace sallyport::rehearsal
