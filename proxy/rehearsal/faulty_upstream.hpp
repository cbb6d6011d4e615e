#pragma once
/// The built-in faulty upstream: a provider that speaks OpenAI's wire over plain HTTP/1.1 on loopback and behaves well or badly on
/// request: its faults are chosen by the model's name (see fault_catalogue.hpp). The demo, the drills and the tests talk to it.
///
///   POST /v1/chat/completions, /v1/completions, /v1/embeddings    answered deterministically
///   GET  /v1/models, /health
///
/// It writes its bytes by hand, since it must be able to misbehave below HTTP. A client that half-closes its connection counts as gone.

#include "adapters/words/result.hpp"
#include "proxy/rehearsal/answer.hpp"
#include "proxy/rehearsal/reception.hpp"
#include "proxy/words/task.hpp"

#include <chrono>
#include <cstdint>
#include <memory>

namespace sallyport::rehearsal {

class upstream_house;

struct upstream_limits {
  std::size_t connections = 4'096;
  std::size_t body = 64u << 20;
  std::size_t head = 64u << 10;
  std::chrono::milliseconds request{30'000};  ///< from a request's first byte to its last
  std::chrono::milliseconds idle{120'000};    ///< between two requests on a connection
  std::size_t models_remembered = 10'000;     ///< names that have a request count of their own (`first=`, `every=`, `for=`)
};

/// Lives on one io_context that one thread runs; every member but received() is to be called on that thread, or while nobody runs it.
/// Destruction resets what is still open; the io_context must outlive it.
class faulty_upstream {
 public:
  faulty_upstream(boost::asio::io_context& on, character who, std::uint16_t port = 0, upstream_limits limits = {});
  ~faulty_upstream();
  faulty_upstream(const faulty_upstream&) = delete;
  faulty_upstream& operator=(const faulty_upstream&) = delete;

  /// Begins to listen on 127.0.0.1. Fails with `internal` and a detail when the port is taken.
  result<void> start();
  /// The port listened on; keeps its value after kill().
  std::uint16_t port() const;

  /// The machine dies: the listener closes and every connection is reset.
  void kill();
  /// It is back, on the same port.
  result<void> revive();
  bool is_listening() const;

  reception& received();
  const reception& received() const;

 private:
  std::shared_ptr<upstream_house> house_;
};

}  // namespace sallyport::rehearsal
