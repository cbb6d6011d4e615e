#pragma once
/// One worker of a test: an io_context, its clock, the transport, and cleared deployments to send to.

#include "proxy/upstream/curl_transport.hpp"
#include "proxy/words/worker_clock.hpp"
#include "tests/proxy/upstream/scripted_upstream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Tests of the transport are not linked with the policy: theirs is a clearance that clears everything.
namespace sallyport::policy {
class clearance {
 public:
  static cleared clear(std::shared_ptr<const config::deployment> to) { return cleared(std::move(to), content_form::as_it_came); }
};
}  // namespace sallyport::policy

namespace sallyport::tests {

struct told {
  std::vector<upstream::signal> signals;  ///< runs of `data` stand once
  std::string body;
  int status = 0;
  upstream::signal last() const { return signals.back(); }
};

class upstream_bench {
 public:
  upstream_bench();

  /// Runs `play` to its end; fails the test when that takes 30 s.
  void run(std::function<task<void>()> play);

  config::provider provider_at(int port, const std::string& host = "127.0.0.1", bool tls = false) const;
  static cleared to(config::provider provider);
  std::unique_ptr<upstream::transfer> post(int port, std::string body, header_list headers = {});
  std::unique_ptr<upstream::transfer> post(config::provider provider, std::string body, header_list headers = {});

  static instant soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(10); }
  /// Everything up to the last signal.
  static task<told> all_of(upstream::transfer& from);
  /// Lets everything else that is ready run, until `count` stands still.
  static task<void> until_still(const std::size_t& count);

  boost::asio::io_context io{1};
  worker_clock time{io};
  std::unique_ptr<upstream::transport> wire;
};

}  // namespace sallyport::tests
