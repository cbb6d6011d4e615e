/// Limits and budgets of teams, seen from outside: a whole gateway over real sockets.

#include "proxy/gateway.hpp"

#include "proxy/rehearsal/upstream_thread.hpp"
#include "tests/support/blocking_client.hpp"
#include "tests/support/running_gateway.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

/// One upstream behind deployments of several prices, and a gateway with the given teams.
struct rig {
  explicit rig(const std::string& teams) {
    REQUIRE(upstream.start().has_value());
    gate = std::make_unique<running_gateway>(yaml(teams));
  }

  std::string yaml(const std::string& teams) const {
    return "providers:\n  a: {kind: openai_compatible, class: managed, base_url: \"" + upstream.base_url() + "\"}\n"
           "deployments:\n"
           "  dear: {provider: a, model: x, price: {input: 100, output: 1000}}\n"
           "  dear-down: {provider: a, model: \"x!status=500\", price: {input: 100, output: 1000}}\n"
           "  cheap-down: {provider: a, model: \"x!status=503\", price: {input: 1, output: 1}}\n"
           "  slow: {provider: a, model: \"x!tokens=100!pace=20ms\", price: {input: 1, output: 1}}\n"
           "  free: {provider: a, model: x, price: {input: 0, output: 0}}\n"
           "models:\n  dear: {try: [dear]}\n  free: {try: [free]}\n  slow: {try: [slow]}\n  down: {try: [dear-down]}\n"
           "  unpriced: {try: [a/x]}\n  climbing: {try: [cheap-down, dear, free]}\n"
           "teams:\n  t: {keys: [{name: k, value: sp-test-key}], " + teams + "}\n";
  }

  answer_seen chat(const std::string& model, int max_tokens = 100, bool stream = false) const {
    return ask(gate->port(), post("/v1/chat/completions", "sp-test-key",
                                  R"({"model":")" + model + R"(","max_tokens":)" + std::to_string(max_tokens) +
                                      R"(,"messages":[{"role":"user","content":"hi"}],"stream":)" + (stream ? "true}" : "false}")));
  }
  answer_seen metrics() const { return ask(gate->running->admin_port(), "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"); }
  double gauge(const std::string& name) const {
    const auto page = metrics().body;
    const auto at = page.find("\n" + name + "{team=\"t\"} ");
    return at == std::string::npos ? -1 : std::stod(page.substr(page.find("} ", at) + 2));
  }

  rehearsal::upstream_thread upstream{{.name = "a"}};
  std::unique_ptr<running_gateway> gate;
};

json::object error_of(const answer_seen& seen) { return json::parse(seen.body).at("error").as_object(); }

}  // namespace

TEST_CASE("the request beyond a rate gets 429 with the exact wait, and nothing of it reaches a provider") {
  rig world("limits: {requests: 2/min}");
  CHECK(world.chat("free").status == 200);
  CHECK(world.chat("free").status == 200);
  const auto before = world.upstream.received().counters().requests;
  const auto refused = world.chat("free");
  CHECK(refused.status == 429);
  const auto wait = std::stoi(refused.header("retry-after-ms"));
  CHECK(wait > 25'000);
  CHECK(wait <= 30'000);
  CHECK(std::stoi(refused.header("retry-after")) == (wait + 999) / 1'000);
  CHECK(error_of(refused).at("code") == "rate_limit_exceeded");
  CHECK(world.upstream.received().counters().requests == before);
  CHECK(world.metrics().body.find("sallyport_refused_total{reason=\"requests_limited\",team=\"t\"} 1") != std::string::npos);
}

TEST_CASE("tokens count as they were used, not as they were reckoned with") {
  rig world("limits: {tokens: 1000/min}");
  // Each reckons with about 900 tokens and uses a few: the next one passes only because the first was settled.
  for (int i = 0; i < 5; ++i) CHECK(world.chat("free", 900).status == 200);
  const auto above = world.chat("free", 2'000);
  CHECK(above.status == 429);
  CHECK(error_of(above).at("code") == "request_above_limit");
  CHECK(above.header("x-should-retry") == "false");
}

TEST_CASE("so many at once means so many, over all workers, and a place is free again when a client leaves") {
  rig world("limits: {concurrency: 2}");
  blocking_client first(world.gate->port()), second(world.gate->port());
  const auto slow = post("/v1/chat/completions", "sp-test-key", R"({"model":"slow","messages":[{"role":"user","content":"hi"}],"stream":true})");
  first.send(slow);
  second.send(slow);
  first.read_until("data: ");
  second.read_until("data: ");
  const auto refused = world.chat("free");
  CHECK(refused.status == 429);
  CHECK(error_of(refused).at("code") == "concurrency_limit_exceeded");
  first.close();
  int status = 0;
  for (int i = 0; i < 300 && status != 200; ++i) status = world.chat("free").status;
  CHECK(status == 200);
}

TEST_CASE("a budget without room is 402 with spent, reserved and limit as numbers") {
  rig world("budget: {usd: 0.05}");
  const auto refused = world.chat("dear", 1'000);   // 1,000 tokens at 1,000 dollars a million: one dollar
  CHECK(refused.status == 402);
  const auto error = error_of(refused);
  CHECK(error.at("code") == "budget_exhausted");
  CHECK(error.at("spent_usd").to_number<double>() == 0);
  CHECK(error.at("reserved_usd").to_number<double>() == 0);
  CHECK(error.at("limit_usd").to_number<double>() == 0.05);
  CHECK(world.chat("dear", 10).status == 200);
  CHECK(world.chat("free", 1'000).status == 200);
}

TEST_CASE("a spent budget with a route is served by that route alone, and what it costs is counted") {
  rig world("budget: {usd: 0.000001, at_limit: {route_to: slow}}");
  const auto answer = world.chat("dear", 1'000);
  CHECK(answer.status == 200);
  CHECK(std::stod(answer.header("x-sallyport-cost-usd")) < 0.001);   // the price of slow
  CHECK(world.gauge("sallyport_budget_spent_usd") > 0.000001);
  CHECK(world.gauge("sallyport_budget_reserved_usd") == 0);
}

TEST_CASE("a budget that denies unknown prices sends nothing to a deployment without one") {
  rig world("budget: {usd: 100, unknown_price: deny}");
  const auto before = world.upstream.received().counters().requests;
  CHECK(world.chat("unpriced").status == 503);
  CHECK(world.upstream.received().counters().requests == before);
  CHECK(world.chat("dear", 10).status == 200);
}

TEST_CASE("wrong keys from one address are slowed down, and a right one is not") {
  rig world("limits: {concurrency: 100}");
  int limited = 0;
  for (int i = 0; i < 80; ++i)
    limited += ask(world.gate->port(), post("/v1/chat/completions", "sp-wrong-" + std::to_string(i), "{}")).status == 429;
  CHECK(limited >= 15);
  CHECK(world.chat("free").status == 200);
}

TEST_CASE("what a budget spent is what its requests cost, and nothing stays reserved, also after failures") {
  rig world("budget: {usd: 1000}");
  double cost = 0;
  for (int i = 0; i < 10; ++i) {
    const auto answer = world.chat("dear", 10);
    REQUIRE(answer.status == 200);
    cost += std::stod(answer.header("x-sallyport-cost-usd"));
    CHECK(world.chat("down", 10).status == 502);
  }
  CHECK(cost > 0);
  CHECK(world.gauge("sallyport_budget_spent_usd") == doctest::Approx(cost).epsilon(1e-9));
  CHECK(world.gauge("sallyport_budget_reserved_usd") == 0);
  CHECK(world.gauge("sallyport_budget_limit_usd") == 1'000);
}

TEST_CASE("a failover never goes to a deployment that the budget cannot pay: it is left out, and a cheaper one serves") {
  rig world("budget: {usd: 0.05}");
  const auto answer = world.chat("climbing", 1'000);
  CHECK(answer.status == 200);
  CHECK(answer.header("x-sallyport-cost-usd") == "0");
  CHECK(answer.header("x-sallyport-attempts") == "2");
}

TEST_CASE("many requests at once on a small budget never overshoot what they reserved") {
  rig world("budget: {usd: 1.2}");
  std::atomic<int> served{0}, refused{0}, other{0};
  {
    std::vector<std::jthread> crowd;
    for (int i = 0; i < 16; ++i)
      crowd.emplace_back([&] {
        for (int n = 0; n < 5; ++n) {
          const auto status = world.chat("dear", 1'000).status;
          ++(status == 200 ? served : status == 402 ? refused : other);
        }
      });
  }
  CHECK(other == 0);
  CHECK(served > 0);
  CHECK(refused > 0);
  CHECK(world.gauge("sallyport_budget_spent_usd") <= 1.2);
  CHECK(world.gauge("sallyport_budget_reserved_usd") == 0);
}

TEST_CASE("a limit in shadow refuses nothing and is counted") {
  rig world("limits: {requests: 1/min, shadow: true}");
  for (int i = 0; i < 3; ++i) CHECK(world.chat("free").status == 200);
  CHECK(world.metrics().body.find("sallyport_shadow_refusals_total{reason=\"requests_limited\",team=\"t\"} 2") != std::string::npos);
}

TEST_CASE("a reload of another window begins with what was spent in it, and one that gives a budget with what was spent without") {
  rig world("limits: {requests: 1000/min}");
  const auto reload = [&](const std::string& budget, double spent) {
    world.gate->running->reload(world.gate->settings_of(world.yaml(budget)));
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (world.gauge("sallyport_budget_limit_usd") != spent && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    return world.gauge("sallyport_budget_spent_usd");
  };
  double cost = 0;
  const auto spend = [&] {
    const auto answer = world.chat("dear", 10);
    REQUIRE(answer.status == 200);
    cost += std::stod(answer.header("x-sallyport-cost-usd"));
  };
  spend();
  // Each budget has a limit of its own, by which it is known to be there.
  CHECK(reload("budget: {usd: 101, per: week}", 101) == doctest::Approx(cost).epsilon(1e-9));
  spend();
  CHECK(reload("budget: {usd: 102, per: week, timezone: Pacific/Auckland}", 102) == doctest::Approx(cost).epsilon(1e-9));
  spend();
  CHECK(reload("budget: {usd: 103, per: month}", 103) == doctest::Approx(cost).epsilon(1e-9));
  CHECK(world.gauge("sallyport_budget_reserved_usd") == 0);
}

TEST_CASE("what a team used outlives a reload, and what it used leaks at the new rate from then on") {
  rig world("limits: {requests: 2/min}");
  for (int i = 0; i < 2; ++i) CHECK(world.chat("free").status == 200);
  world.gate->running->reload(world.gate->settings_of(world.yaml("limits: {requests: 60/min}")));
  int status = 0;
  const auto until = std::chrono::steady_clock::now() + 10s;
  for (int i = 0; status != 200 && std::chrono::steady_clock::now() < until; ++i) {
    status = world.chat("free").status;
    // Of the full bucket one part in sixty has to leak first: an account that was new would have served at once.
    if (i == 0) CHECK(status == 429);
  }
  CHECK(status == 200);
}
