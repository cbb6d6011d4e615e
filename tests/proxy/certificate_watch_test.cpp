#include "proxy/certificate_watch.hpp"

#include "tests/support/self_signed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <string>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

/// Time that moves when it is told to.
class told_clock final : public sallyport::clock {
 public:
  instant now() const override { return instant(1h) + passed; }
  wall_time wall() const override { return today + std::chrono::duration_cast<wall_time::duration>(passed); }
  std::unique_ptr<wait_handle> make_wait() override { return nullptr; }

  static constexpr std::chrono::sys_seconds today = std::chrono::sys_days(std::chrono::year(2030) / 6 / 1);
  duration passed{};
};

struct desk {
  explicit desk(std::chrono::sys_seconds ends = self_signed::far_away)
      : identity(1, ends), watch(certificate_watch::open(identity.files, log, metrics, time).value()) {}

  void pass(duration how_long) {
    time.passed += how_long;
    watch.look();
  }
  /// As keep_time() does.
  void look_twice() {
    pass(1s);
    pass(1s);
  }
  bool counts(const std::string& line) const { return metrics.expose().find("\n" + line + "\n") != std::string::npos; }
  std::size_t lines_with(const std::string& words) {
    log.flush();
    const auto all = log.lines();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& one) { return one.find(words) != std::string::npos; }));
  }
  std::shared_ptr<server::tls_context::identity> shown() const { return watch.tls()->current(); }

  told_clock time;
  observe::logger log{{.target = observe::log_target::memory}};
  observe::metrics metrics{"0"};
  self_signed identity;
  certificate_watch watch;
};

void overwrite(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

const std::string reloads = "sallyport_certificate_reloads_total{result=";

}  // namespace

TEST_CASE("without TLS there is nothing to watch, and no metric of it") {
  told_clock time;
  observe::logger log{{.target = observe::log_target::memory}};
  observe::metrics metrics{"0"};
  auto watch = certificate_watch::open(std::nullopt, log, metrics, time).value();
  watch.look();
  CHECK(watch.tls() == nullptr);
  CHECK(watch.take(std::nullopt).has_value());
  CHECK(metrics.expose().find("sallyport_certificate") == std::string::npos);
}

TEST_CASE("files that have changed are read once they are still, and only then") {
  desk at;
  const auto first = at.shown();
  at.look_twice();
  CHECK(at.shown() == first);

  at.identity.renew(2);
  at.pass(1s);
  CHECK(at.shown() == first);   // the key may be still to come
  at.pass(1s);
  CHECK(at.shown() != first);
  CHECK(at.counts(reloads + "\"ok\"} 2"));
  CHECK(at.lines_with("certificate replaced") == 1);
  const auto second = at.shown();
  at.look_twice();
  CHECK(at.shown() == second);
}

TEST_CASE("what cannot be used is said once and counted once, and the old certificate stays until the files change again") {
  desk at;
  const auto first = at.shown();
  overwrite(at.identity.files.cert, "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n");
  for (int i = 0; i < 5; ++i) at.look_twice();
  CHECK(at.shown() == first);
  CHECK(at.counts(reloads + "\"failed\"} 1"));
  CHECK(at.lines_with("the new certificate cannot be used, the old one stays") == 1);
  CHECK(at.lines_with(at.identity.files.cert) == 1);

  at.identity.renew(3);
  at.look_twice();
  CHECK(at.shown() != first);
  CHECK(at.counts(reloads + "\"ok\"} 2"));
}

TEST_CASE("a reload takes other files, fails with those that cannot be used, and begins or ends no TLS") {
  desk at;
  const auto first = at.shown();
  auto wrong = at.identity.files;
  wrong.key = "/no/such/key.pem";
  CHECK(at.watch.take(wrong).error().detail.find("/no/such/key.pem") != std::string::npos);
  CHECK(at.shown() == first);
  CHECK(at.counts(reloads + "\"failed\"} 1"));

  const self_signed other(7);
  REQUIRE(at.watch.take(other.files).has_value());
  const auto second = at.shown();
  CHECK(second != first);
  other.renew(8);
  at.look_twice();
  CHECK(at.shown() != second);   // it is the other files now that are watched

  CHECK(at.watch.take(std::nullopt).has_value());
  CHECK(at.lines_with("listen.tls is that of the start") == 1);
}

TEST_CASE("the key of session tickets does not grow old with the certificate") {
  desk at;
  const auto first = at.shown();
  at.pass(11h);
  CHECK(at.shown() == first);
  at.pass(1h);
  CHECK(at.shown() != first);
  CHECK(at.counts(reloads + "\"ok\"} 1"));   // the same files: no news
  CHECK(at.lines_with("certificate replaced") == 0);
}

TEST_CASE("the end of the certificate is a metric, and the log warns 21, 7 and 1 days before it, once each") {
  desk at(told_clock::today + 30 * 24h);
  CHECK(at.counts("sallyport_certificate_expiry_timestamp_seconds 1909094400"));
  const std::string warning = "the certificate expires soon";
  at.pass(8 * 24h);
  CHECK(at.lines_with(warning) == 0);
  at.pass(24h);   // 21 days left
  at.pass(1s);
  CHECK(at.lines_with(warning) == 1);
  at.pass(14 * 24h);
  at.pass(1s);
  CHECK(at.lines_with(warning) == 2);
  at.pass(6 * 24h);
  at.pass(1s);
  CHECK(at.lines_with(warning) == 3);
  at.pass(24h);
  at.pass(1s);
  CHECK(at.lines_with(warning) == 3);
  CHECK(at.lines_with("the certificate has EXPIRED") == 1);

  at.identity.renew(2);
  at.look_twice();
  CHECK(at.lines_with("certificate replaced") == 1);
  at.pass(1h);
  CHECK(at.lines_with("the certificate has EXPIRED") == 1);
}
