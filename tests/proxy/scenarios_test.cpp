/// The public failover scenarios that take no time, against the real gateway and the built-in faulty upstreams. Those that last (S15) run
/// under virtual time in tests/proxy/stages/failover_scenarios_test.cpp.

#include "proxy/rehearsal/scenarios.hpp"
#include "proxy/rehearsal/upstream_thread.hpp"
#include "tests/support/blocking_client.hpp"
#include "tests/support/running_gateway.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

/// One gateway; each scenario is a model of its own over two upstreams.
struct stage {
  stage() {
    REQUIRE(primary.start().has_value());
    REQUIRE(fallback.start().has_value());
    std::string text = "providers:\n";
    for (const auto& [name, upstream] : {std::pair{"p", &primary}, {"f", &fallback}})
      text += std::string("  ") + name + ": {kind: openai_compatible, class: in_house, base_url: \"" + upstream->base_url() + "\"}\n";
    text += "models:\n";
    for (const auto& one : rehearsal::scenarios())
      text += "  " + std::string(one.id) + ": {try: [\"p/" + model_of(one) + "\", \"f/x" + std::string(one.fallback) + "\"]}\n";
    gate = std::make_unique<running_gateway>(text + "teams:\n  t: {keys: [{name: k, value: sp-test-key}]}\n");
  }

  /// Not two scenarios under one name: the upstream counts by it, and the gateway knows health by it.
  static std::string model_of(const rehearsal::scenario& one) { return std::string(one.id) + std::string(one.primary); }
  static const rehearsal::scenario& scenario_of(std::string_view id) {
    const auto rows = rehearsal::scenarios();
    return *std::find_if(rows.begin(), rows.end(), [id](const auto& one) { return one.id == id; });
  }

  answer_seen call(const char* id, bool stream) { return chat(gate->port(), "sp-test-key", id, stream); }
  std::uint64_t sends_to_primary(const char* id) { return primary.received().count_of_model(model_of(scenario_of(id))); }
  std::string metrics() { return ask(gate->running->admin_port(), "GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").body; }

  rehearsal::upstream_thread primary{{.name = "p"}};
  rehearsal::upstream_thread fallback{{.name = "f"}};
  std::unique_ptr<running_gateway> gate;
};

bool is_whole(const answer_seen& seen, bool stream) {
  return seen.status == 200 && seen.whole && (!stream || seen.body.ends_with("data: [DONE]\n\n"));
}

}  // namespace

TEST_CASE("S01, S02, S03, S04, S05, S16: every call is answered whole, and the primary is not sent more than the scenario allows") {
  struct row {
    const char* id;
    std::uint64_t sends_at_most;   ///< of twenty calls, none of which takes time
  };
  for (const auto& [id, sends_at_most] : {row{"S01", 1}, row{"S02", 5}, row{"S03", 20}, row{"S04", 5}, row{"S05", 20}, row{"S16", 5}}) {
    for (const bool stream : {false, true}) {
      CAPTURE(std::string(id));
      CAPTURE(stream);
      stage world;
      const auto began = std::chrono::steady_clock::now();
      for (int i = 0; i < 20; ++i) {
        const auto seen = world.call(id, stream);
        CHECK(is_whole(seen, stream));
        if (i == 0) CHECK(seen.header("x-sallyport-served-by") == "f/x");
      }
      // Within the second of the first rest; on a machine that is busy for longer, probes come in.
      if (std::chrono::steady_clock::now() - began < 1s) CHECK(world.sends_to_primary(id) <= sends_at_most);
    }
  }
}

TEST_CASE("S16: failed attempts are not billed, and the answer names who served it and what it used") {
  stage world;
  const auto seen = world.call("S16", false);
  CHECK(seen.header("x-sallyport-served-by") == "f/x");
  CHECK(seen.header("x-sallyport-attempts") == "2");
  CHECK(seen.body.find("\"usage\"") != std::string::npos);
  const auto text = world.metrics();
  CHECK(text.find("sallyport_attempts_total{class=\"in_house\",deployment=\"p/S16!status=503\",outcome=\"failed\","
                  "reason=\"provider_overloaded\"} 1") != std::string::npos);
  CHECK(text.find("deployment=\"p/S16!status=503\",model=\"S16\",team=\"t\"") == std::string::npos);
}

TEST_CASE("S04: the metrics say that the primary rests and the fallback does well, and the log says it once") {
  stage world;
  for (int i = 0; i < 10; ++i) world.call("S04", false);
  const auto text = world.metrics();
  CHECK(text.find("sallyport_deployment_up{deployment=\"p/S04!status=503\"} 0\n") != std::string::npos);
  CHECK(text.find("sallyport_breaker_state{deployment=\"p/S04!status=503\"} 0\n") == std::string::npos);
  CHECK(text.find("sallyport_breaker_state{deployment=\"p/S04!status=503\"} ") != std::string::npos);
  CHECK(text.find("sallyport_breaker_state{deployment=\"f/x\"} 0\n") != std::string::npos);
  CHECK(text.find("sallyport_deployment_up{deployment=\"f/x\"} 1\n") != std::string::npos);
  auto& log = world.gate->running->log();
  log.flush();
  const auto lines = log.lines();
  CHECK(std::count_if(lines.begin(), lines.end(), [](const auto& line) { return line.find("breaker opened") != std::string::npos; }) == 1);
}

TEST_CASE("what is known of a deployment is shared by the workers, and outlives a reload") {
  stage world;
  for (int i = 0; i < 20; ++i) CHECK(is_whole(world.call("S04", false), false));
  const auto before = world.sends_to_primary("S04");
  CHECK(before <= 6);   // two workers, five failures, and a probe if that took a second
  std::string text = "providers:\n";
  for (const auto& [name, upstream] : {std::pair{"p", &world.primary}, {"f", &world.fallback}})
    text += std::string("  ") + name + ": {kind: openai_compatible, class: in_house, base_url: \"" + upstream->base_url() + "\"}\n";
  text += "models:\n  S04: {try: [\"p/" + stage::model_of(stage::scenario_of("S04")) + "\", f/y]}\n";
  text += "teams:\n  t: {keys: [{name: k, value: sp-test-key}]}\n";
  world.gate->running->reload(world.gate->settings_of(text));
  std::string served;
  for (int i = 0; i < 200 && served != "f/y"; ++i) served = world.call("S04", false).header("x-sallyport-served-by");
  CHECK(served == "f/y");
  CHECK(world.sends_to_primary("S04") <= before + 2);   // its probes
}

TEST_CASE("S12, S13 with fallbacks of their own: one send to the one that refuses, then the answer of the one that does not") {
  stage world;
  std::string text = "providers:\n";
  for (const auto& [name, upstream] : {std::pair{"p", &world.primary}, {"f", &world.fallback}})
    text += std::string("  ") + name + ": {kind: openai_compatible, class: in_house, base_url: \"" + upstream->base_url() + "\"}\n";
  text += "models:\n";
  for (const auto& [id, fault, list] : {std::tuple{"long", "context_length", "context_length"}, {"filtered", "content_policy", "content_filter"}})
    text += std::string("  ") + id + ": {try: [\"p/" + id + "!" + fault + "\", p/never], fallbacks: {" + list + ": [f/larger]}}\n";
  text += "teams:\n  t: {keys: [{name: k, value: sp-test-key}]}\n";
  running_gateway gate(text);
  for (const char* id : {"long", "filtered"}) {
    for (const bool stream : {false, true}) {
      CAPTURE(id);
      const auto seen = chat(gate.port(), "sp-test-key", id, stream);
      CHECK(is_whole(seen, stream));
      CHECK(seen.header("x-sallyport-served-by") == "f/larger");
      CHECK(seen.header("x-sallyport-attempts") == "2");
    }
  }
  CHECK(world.primary.received().count_of_model("never") == 0);
}
