#pragma once
/// One worker of a test: an io_context, its clock, one of the transports, and cleared deployments to send to.

#include "proxy/upstream/transport.hpp"
#include "proxy/words/worker_clock.hpp"
#include "tests/proxy/upstream/scripted_upstream.hpp"
#include "tests/proxy/upstream/tls_identity.hpp"

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
  /// Which transport, and what its providers speak.
  struct maker {
    std::unique_ptr<upstream::transport> (*make)(boost::asio::io_context&, const clock&, std::size_t kept);
    bool in_http2 = false;
  };
  explicit upstream_bench(maker of_transport);
  upstream_bench(const upstream_bench&) = delete;
  upstream_bench& operator=(const upstream_bench&) = delete;

  /// Another transport in place of the first.
  void keep_at_most(std::size_t kept) { wire = over.make(io, time, kept); }

  /// Runs `play` to its end; fails the test when that takes 30 s.
  void run(std::function<task<void>()> play);

  /// A provider that speaks what `over` says.
  scripted_upstream upstream(scripted_upstream::script of_each_connection, std::uint32_t streams_max = 1'000);

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
  maker over;
  std::unique_ptr<tls_identity> identity;   ///< where HTTP/2 is spoken
  std::unique_ptr<upstream::transport> wire;
  std::chrono::milliseconds connect_timeout = upstream::outgoing{}.connect_timeout;   ///< of what post() sends
};

extern const upstream_bench::maker over_native;
extern const upstream_bench::maker over_curl;
/// The native one, to providers that speak HTTP/2.
extern const upstream_bench::maker over_http2;

}  // namespace sallyport::tests

/// A test that runs over both transports, of which `over` is the one at hand. Two cases of one function, since g++ 12 knows no type of a
/// co_await inside a template.
#define OVER_ALL(title) OVER_ALL_BY(DOCTEST_ANONYMOUS(test_over_all_), title)
#define OVER_ALL_BY(function, title)                                             \
  static void function(sallyport::tests::upstream_bench::maker over);            \
  TEST_CASE(title " (native)") { function(sallyport::tests::over_native); }      \
  TEST_CASE(title " (native, HTTP/2)") { function(sallyport::tests::over_http2); } \
  TEST_CASE(title " (curl)") { function(sallyport::tests::over_curl); }          \
  static void function([[maybe_unused]] sallyport::tests::upstream_bench::maker over)
#define OVER_BOTH(title) OVER_BOTH_BY(DOCTEST_ANONYMOUS(test_over_both_), title)
#define OVER_BOTH_BY(function, title)                                        \
  static void function(sallyport::tests::upstream_bench::maker over);        \
  TEST_CASE(title " (native)") { function(sallyport::tests::over_native); }  \
  TEST_CASE(title " (curl)") { function(sallyport::tests::over_curl); }      \
  static void function([[maybe_unused]] sallyport::tests::upstream_bench::maker over)
