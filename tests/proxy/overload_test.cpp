/// More calls than a deployment takes at once, and a provider with several keys, through the real gateway.

#include "proxy/rehearsal/upstream_thread.hpp"
#include "tests/support/blocking_client.hpp"
#include "tests/support/running_gateway.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

std::string provider(const std::string& name, const rehearsal::upstream_thread& at, const std::string& more = "") {
  return "  " + name + ": {kind: openai_compatible, class: in_house, base_url: \"" + at.base_url() + "\"" + more + "}\n";
}

std::string metrics_of(running_gateway& gate) {
  return ask(gate.running->admin_port(), "GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").body;
}

struct crowd {
  std::atomic<int> answered{0}, elsewhere{0}, refused{0};

  /// So many at once, each on a connection of its own, over both workers.
  void come(running_gateway& gate, const std::string& model, int count) {
    std::vector<std::thread> clients;
    for (int i = 0; i < count; ++i)
      clients.emplace_back([&] {
        const auto seen = chat(gate.port(), "sp-test-key", model);
        if (seen.status == 200) ++(seen.header("x-sallyport-served-by").starts_with("f/") ? elsewhere : answered);
        if (seen.status == 429 && !seen.header("retry-after").empty() && seen.body.find("deployments_full") != std::string::npos) ++refused;
      });
    for (auto& one : clients) one.join();
  }
};

}  // namespace

TEST_CASE("calls above max_concurrency wait in line over all workers, overflow when it is full, and are refused when nobody is left") {
  rehearsal::upstream_thread house({.name = "h", .first_token = 60ms}), away({.name = "f"});
  REQUIRE(house.start().has_value());
  REQUIRE(away.start().has_value());
  running_gateway gate("providers:\n" + provider("h", house) + provider("f", away) +
                       "deployments:\n"
                       "  lined: {provider: h, model: m, max_concurrency: 2, max_queue: 20, queue_timeout: 20s}\n"
                       "  short: {provider: h, model: n, max_concurrency: 2, max_queue: 2, queue_timeout: 20s}\n"
                       "  dear: {provider: f, model: d, price: {input: 1000, output: 1000}}\n"
                       "models:\n"
                       "  patient: {try: [lined]}\n"
                       "  overflowing: {try: [short, f/x]}\n"
                       "  thrifty: {try: [short, dear], overflow_max_cost: 0.001}\n"
                       "teams:\n  t: {keys: [{name: k, value: sp-test-key}]}\n");
  crowd patient;
  patient.come(gate, "patient", 16);
  CHECK(patient.answered == 16);
  const auto text = metrics_of(gate);
  const auto waited = text.find("sallyport_queue_wait_seconds_count{deployment=\"lined\"} ");
  REQUIRE(waited != std::string::npos);
  CHECK(std::stoi(text.substr(waited + 54)) >= 8);
  CHECK(text.find("sallyport_queue_depth{deployment=\"lined\"} 0\n") != std::string::npos);

  crowd overflowing;
  overflowing.come(gate, "overflowing", 16);
  CHECK(overflowing.answered + overflowing.elsewhere == 16);
  CHECK(overflowing.elsewhere >= 4);

  crowd thrifty;
  thrifty.come(gate, "thrifty", 16);
  CHECK(thrifty.elsewhere == 0);
  CHECK(thrifty.refused >= 4);
  CHECK(thrifty.answered + thrifty.refused == 16);
}

TEST_CASE("a key that the provider refuses rests, and no call is lost while another one is taken") {
  rehearsal::upstream_thread house({.name = "h", .key = "right"});
  REQUIRE(house.start().has_value());
  running_gateway gate("providers:\n" + provider("h", house, ", keys: [wrong, right]") +
                       "models:\n  m: {try: [h/x]}\nteams:\n  t: {keys: [{name: k, value: sp-test-key}]}\n");
  for (int i = 0; i < 40; ++i) CHECK(chat(gate.port(), "sp-test-key", "m").status == 200);
  const auto text = metrics_of(gate);
  CHECK(text.find(R"(sallyport_attempts_total{class="in_house",deployment="h/x",outcome="failed",reason="credential_refused"} 3)") != std::string::npos);
  CHECK(text.find("sallyport_deployment_up{deployment=\"h/x\"} 1\n") != std::string::npos);
}
