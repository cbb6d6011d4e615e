/// The whole gateway over real sockets and faulty upstreams.

#include "proxy/gateway.hpp"

#include "proxy/ledger/sqlite_store.hpp"
#include "proxy/rehearsal/demo_traffic.hpp"
#include "proxy/rehearsal/upstream_thread.hpp"
#include "tests/support/blocking_client.hpp"
#include "tests/support/running_gateway.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <thread>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;
using rehearsal::answer_outcome;

namespace {

/// Three upstreams and a gateway over them, in order a, b, c.
struct rig {
  rig() {
    for (auto* one : {&a, &b, &c}) REQUIRE(one->start().has_value());
    gate = std::make_unique<running_gateway>(yaml());
  }

  std::string yaml(const std::string& chat = "[a/x, b/x, c/x]") const {
    std::string text = "providers:\n";
    for (const auto& [name, upstream] : {std::pair{"a", &a}, {"b", &b}, {"c", &c}})
      text += std::string("  ") + name + ": {kind: openai_compatible, class: in_house, base_url: \"" + upstream->base_url() + "\"}\n";
    text += "models:\n  chat: {try: " + chat + ", timeouts: {connect: 1s, first_token: 5s, idle: 5s}}\n";
    for (const auto& [name, deployment] : {std::pair{"slow", "a/x!tokens=200!pace=20ms"}, {"silent", "a/x!accept_silent"}})
      text += std::string("  ") + name + ": {try: [\"" + deployment + "\"]}\n";
    text += "teams:\n  t: {keys: [{name: k, value: sp-test-key}]}\n";
    return text;
  }

  rehearsal::upstream_thread a{{.name = "a"}};
  rehearsal::upstream_thread b{{.name = "b"}};
  rehearsal::upstream_thread c{{.name = "c"}};
  std::unique_ptr<running_gateway> gate;
};

/// Kills and revives one upstream after another for as long as it lives.
class storm {
 public:
  explicit storm(rig& over) : thread_([this, &over] { blow(over); }) {}
  ~storm() {
    {
      const std::lock_guard hold(mutex_);
      over_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  void blow(rig& over) {
    rehearsal::upstream_thread* upstreams[] = {&over.a, &over.b, &over.c};
    for (int turn = 0;; ++turn) {
      auto& victim = *upstreams[turn % 2];  // one of the first two at a time; two are always up
      victim.kill();
      const bool ends = pause();
      CHECK(victim.revive().has_value());
      if (ends || pause()) return;
    }
  }
  bool pause() {
    std::unique_lock hold(mutex_);
    return changed_.wait_for(hold, 40ms, [this] { return over_; });
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

int storm_requests() {
  const char* wanted = std::getenv("SALLYPORT_STORM_REQUESTS");
  return wanted ? std::atoi(wanted) : 10'000;
}

}  // namespace

TEST_CASE("with one of three upstreams killed and restarted throughout, no request is lost, stuck, or sent twice to one upstream") {
  rig world;
  std::vector<rehearsal::judged_answer> answers;
  {
    const storm weather(world);
    rehearsal::traffic_options traffic;
    traffic.port = world.gate->port();
    traffic.key = secret("sp-test-key");
    traffic.requests = storm_requests();
    traffic.at_once = 8;
    answers = rehearsal::send_traffic(traffic, nullptr);
  }
  int whole = 0;
  int told = 0;
  for (const auto& one : answers) {
    CAPTURE(one.number);
    CAPTURE(one.sentence);
    whole += one.outcome == answer_outcome::whole;
    told += one.outcome == answer_outcome::ended_by_error;
    if (one.outcome != answer_outcome::whole && one.outcome != answer_outcome::ended_by_error) FAIL_CHECK("lost: " << rehearsal::name_of(one.outcome));
  }
  for (auto* upstream : {&world.a, &world.b, &world.c})
    for (const auto& [id, times] : upstream->received().count_by("x-request-id")) CHECK(times == 1);
  MESSAGE(answers.size() << " requests: " << whole << " whole, " << told << " broken off after content and told so");
  CHECK(whole + told == static_cast<int>(answers.size()));
}

TEST_CASE("a client that leaves ends the upstream's work within a second, streamed or not, before and after the first token") {
  rig world;
  struct row {
    std::string model;
    std::string stream;
  };
  for (const auto& [model, stream] : {row{"slow", "true"}, row{"silent", "true"}, row{"silent", "false"}}) {
    CAPTURE(model);
    CAPTURE(stream);
    const auto before = world.a.received().counters();
    blocking_client client(world.gate->port());
    client.send(post("/v1/chat/completions", "sp-test-key",
                     R"({"model":")" + model + R"(","messages":[{"role":"user","content":"hi"}],"stream":)" + stream + "}"));
    REQUIRE(world.a.received().wait([&](const auto& now) { return now.requests > before.requests; }, 5s));
    if (model == "slow") client.read_until("data: ");
    const auto left = std::chrono::steady_clock::now();
    client.close();
    REQUIRE(world.a.received().wait([&](const auto& now) { return now.peers_left > before.peers_left; }, 5s));
    CHECK(std::chrono::steady_clock::now() - left < 1s);
  }
}

TEST_CASE("a reload is seen by new requests, a broken one changes nothing") {
  rig world;
  CHECK(chat(world.gate->port(), "sp-test-key", "chat").header("x-sallyport-served-by") == "a/x");
  world.gate->running->reload(world.gate->settings_of(world.yaml("[c/x]")));
  std::string served;
  for (int i = 0; i < 200 && served != "c/x"; ++i) served = chat(world.gate->port(), "sp-test-key", "chat").header("x-sallyport-served-by");
  CHECK(served == "c/x");
  world.gate->running->reload_refused("line 1");
  CHECK(chat(world.gate->port(), "sp-test-key", "chat").header("x-sallyport-served-by") == "c/x");
}

TEST_CASE("machines that are paid by the hour cost what requests used of them, and what nobody used is idle") {
  rehearsal::upstream_thread upstream{{.name = "a"}};
  REQUIRE(upstream.start().has_value());
  const auto began = std::chrono::steady_clock::now();
  const running_gateway gate("providers:\n  house: {kind: vllm, base_url: \"" + upstream.base_url() +
                             "\"}\ndeployments:\n  qwen: {provider: house, model: x, price: {gpu_hour: 1800, gpus: 2}}\n"
                             "models:\n  chat: {try: [qwen]}\nteams:\n  t: {keys: [{name: k, value: sp-test-key}]}\n");
  const auto page = [&] { return ask(gate.running->admin_port(), "GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").body; };
  const auto money = [](const std::string& text, const std::string& basis, const std::string& team) {
    const std::string line = "sallyport_cost_usd_total{basis=\"" + basis + "\",class=\"in_house\",deployment=\"qwen\",model=\"" +
                             (team == "none" ? "none" : "chat") + "\",team=\"" + team + "\"} ";
    const auto at = text.find(line);
    return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + line.size(), nullptr);
  };

  CHECK(chat(gate.port(), "sp-test-key", "chat", true).whole);
  std::string seen;
  for (int i = 0; i < 20'000 && money(seen, "gpu_idle", "none") == 0; ++i) seen = page();

  const double used = money(seen, "gpu_used", "t"), idle = money(seen, "gpu_idle", "none");
  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  CHECK(used > 0);
  CHECK(idle > 0);
  CHECK(used + idle <= elapsed);   // a dollar a second
  CHECK(seen.find("sallyport_cost_unknown_total") == std::string::npos);
}

TEST_CASE("a gateway that starts again goes on with the day of its machines as it was counted") {
  const std::string yaml = "providers:\n  house: {kind: vllm, base_url: \"http://127.0.0.1:1/v1\"}\ndeployments:\n"
                           "  full: {provider: house, model: x, price: {gpu_hour: 3600}}\n"
                           "  fresh: {provider: house, model: y, price: {gpu_hour: 3600}}\nmodels:\n  chat: {try: [full, fresh]}\n";
  running_gateway gate(yaml);
  gate.running.reset();   // before its first tick, if the machine is not too slow: what was counted stands in the store all the same
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()).time_since_epoch().count();
  const auto first = *(*ledger::read_sqlite_store(gate.store()))->times(today - 1, today + 1);
  REQUIRE(first.size() >= 2);
  CHECK(first[0].idle_ns > 0);
  const std::vector<ledger::deployment_time> rest{{"full", today, std::chrono::nanoseconds(24h).count(), 0, 0, 0}};
  REQUIRE((*ledger::open_sqlite_store(gate.store()))->add(rest).has_value());

  observe::logger_options log;
  log.target = observe::log_target::memory;
  gate.running = *gateway::start(gate.settings_of(yaml), log);

  const auto idle = [](const std::string& page, const std::string& deployment) {
    return page.find("basis=\"gpu_idle\",class=\"in_house\",deployment=\"" + deployment + "\"") != std::string::npos;
  };
  std::string page;
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (!idle(page, "fresh") && std::chrono::steady_clock::now() < until)
    page = ask(gate.running->admin_port(), "GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").body;
  CHECK(idle(page, "fresh"));
  CHECK_FALSE(idle(page, "full"));
}

TEST_CASE("a drain lets an open stream end, and refuses new connections") {
  rig world;
  blocking_client client(world.gate->port());
  client.send(post("/v1/chat/completions", "sp-test-key", R"({"model":"chat","messages":[{"role":"user","content":"hi"}],"stream":true})"));
  std::string bytes = client.read_until("data: ");
  std::promise<void> drained;
  world.gate->running->drain([&] { drained.set_value(); });
  bytes += client.read_all();
  CHECK(answer_in(bytes).whole);
  CHECK(answer_in(bytes).body.ends_with("data: [DONE]\n\n"));
  CHECK(drained.get_future().wait_for(5s) == std::future_status::ready);
  CHECK(chat(world.gate->port(), "sp-test-key", "chat").status == 0);
}

TEST_CASE("a stream that outlasts the drain is broken off, so that nobody takes it for whole") {
  rig world;
  blocking_client client(world.gate->port());
  client.send(post("/v1/chat/completions", "sp-test-key", R"({"model":"silent","messages":[{"role":"user","content":"hi"}],"stream":true})"));
  REQUIRE(world.a.received().wait([](const auto& now) { return now.requests == 1; }, 5s));
  std::promise<void> drained;
  world.gate->running->drain([&] { drained.set_value(); });
  CHECK(drained.get_future().wait_for(10s) == std::future_status::ready);
  CHECK_FALSE(answer_in(client.read_all()).body.ends_with("data: [DONE]\n\n"));
}

TEST_CASE("neither a prompt nor a key is ever logged") {
  rig world;
  const std::string prompt_canary = "canary-prompt-7d1f";
  const std::string key_canary = "sk-canary-key-91aa";
  for (const char* model : {"chat", "silent-unknown"})
    ask(world.gate->port(), post("/v1/chat/completions", "sp-test-key",
                                 std::string(R"({"model":")") + model + R"(","messages":[{"role":"user","content":")" + prompt_canary + R"("}]})"));
  ask(world.gate->port(), post("/v1/chat/completions", key_canary, "{}"));
  ask(world.gate->port(), post("/v1/chat/completions?key=" + key_canary, "sp-test-key", "{"));
  world.gate->running->log().flush();
  const auto lines = world.gate->running->log().lines();
  CHECK(lines.size() >= 4);
  for (const auto& line : lines) {
    CHECK(line.find(prompt_canary) == std::string::npos);
    CHECK(line.find("canary-key") == std::string::npos);
    CHECK(line.find("sp-test-key") == std::string::npos);
  }
}

TEST_CASE("a gateway takes over from another one on the same ports, and that one ends when its requests have") {
  rig r;
  std::promise<void> relieved;
  r.gate->running->offer_place([&] { relieved.set_value(); });
  observe::logger_options log;
  log.target = observe::log_target::memory;
  const auto settings = r.gate->settings_of(r.yaml("[b/x]"));
  auto started = gateway::start(settings, log, true);
  const auto until = std::chrono::steady_clock::now() + 5s;   // the first one opens its door on a thread of its own
  while (started.has_error() && std::chrono::steady_clock::now() < until) started = gateway::start(settings, log, true);
  REQUIRE_MESSAGE(started.has_value(), started.error().client_sentence());
  const auto second = std::move(*started);

  CHECK(second->api_port() == r.gate->running->api_port());
  CHECK(second->admin_port() == r.gate->running->admin_port());
  CHECK(relieved.get_future().wait_for(20s) == std::future_status::ready);
  r.gate->running.reset();
  const auto seen = chat(second->api_port(), "sp-test-key", "chat");
  CHECK(seen.status == 200);
  CHECK(seen.header("x-sallyport-served-by") == "b/x");
}

TEST_CASE("a gateway that is to take over and finds none starts as usual") {
  rig r;
  const auto settings = r.gate->settings_of(r.yaml());
  r.gate->running.reset();
  observe::logger_options log;
  log.target = observe::log_target::memory;
  const auto started = gateway::start(settings, log, true);
  REQUIRE(started.has_value());
  CHECK(chat((*started)->api_port(), "sp-test-key", "chat").status == 200);
}
