#pragma once
/// A relay under virtual time: one call, one plan, scripted upstreams, a client made of memory.

#include "adapters/dialect.hpp"
#include "proxy/policy/clearance.hpp"
#include "proxy/policy/route.hpp"
#include "proxy/stages/relay.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/recording_sink.hpp"
#include "tests/support/scripted_transport.hpp"
#include "tests/support/virtual_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <optional>
#include <string>
#include <vector>

namespace sallyport::tests {

inline const std::string role_event = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
inline std::string text_event(const std::string& text) {
  return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]}\n\n";
}
inline const std::string finish_event = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
inline const std::string usage_event =
    "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}\n\n";
inline const std::string done_event = "data: [DONE]\n\n";
inline const std::string error_event = "data: {\"error\":{\"message\":\"engine died\",\"type\":\"server_error\",\"param\":null,\"code\":500}}\n\n";

inline script_step head(int status = 200, const char* content_type = "text/event-stream", duration after = {}) {
  script_step step{.after = after, .does = upstream::signal::head, .status = status};
  step.headers.add_if_fit("content-type", content_type);
  return step;
}
inline script_step data(std::string bytes, duration after = {}) { return {.after = after, .does = upstream::signal::data, .bytes = std::move(bytes)}; }
inline script_step end(duration after = {}) { return {.after = after, .does = upstream::signal::end}; }
inline script_step breaks(failure_kind why, duration after = {}, bool body_arrived = true) {
  return {.after = after, .does = upstream::signal::failed, .fails_with = why, .body_arrived = body_arrived};
}

/// A whole stream that says these words.
inline script well(const std::vector<std::string>& words) {
  script steps{head(), data(role_event)};
  for (const auto& word : words) steps.push_back(data(text_event(word)));
  steps.push_back(data(finish_event));
  steps.push_back(data(usage_event));
  steps.push_back(data(done_event));
  steps.push_back(end());
  return steps;
}

/// What the client gets of it when it did not ask for usage itself.
inline std::string well_bytes(const std::vector<std::string>& words) {
  std::string bytes = role_event;
  for (const auto& word : words) bytes += text_event(word);
  return bytes + finish_event + done_event;
}

inline script refuses(int status, std::string body = "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":null,\"code\":null}}") {
  return {head(status, "application/json"), data(std::move(body)), end()};
}

class relay_rig {
 public:
  explicit relay_rig(const std::vector<std::string>& deployments, bool stream = true) : model_(make_model("chat", deployments)), wire(time) {
    std::string body = R"({"model":"chat","messages":[{"role":"user","content":"hi"}])";
    body += stream ? R"(,"stream":true})" : "}";
    auto read = dialect_of(dialect_id::openai_chat).read_call(operation::chat_completions, body);
    asked = std::move(*read);
    route = policy::make_plan(*model_, policy::clearance({}, {}, {}).clear(model_->try_in_order));
  }

  /// Runs to the end. False: it would have waited for ever.
  bool run() {
    std::optional<stages::relayed> came;
    stages::relay loop({.asked = asked,
                        .route = route,
                        .attempts = attempts,
                        .client_headers = client_headers,
                        .request_id = "req_test",
                        .timeouts = timeouts,
                        .limits = {.sends_max = sends_max, .deadline = time.now() + timeouts.total, .duplicate_ok = duplicate_ok},
                        .hedge = hedge,
                        .afford_hedge = [this](const candidate&, const candidate&) { return afford_hedge; },
                        .resume = resume,
                        .call_may_go = [this] {
                          ++let_go;
                          asked.body.clear();
                          client_headers = {};
                        },
                        .fleet = fleet,
                        .dice = [this] { return dice; },
                        .post = [this](std::function<void()> what) { boost::asio::post(on, std::move(what)); },
                        .attempt_ended = [this](attempt& one) { ended_early.push_back(one.number); },
                        .machines = machines},
                       wire, client, time);
    boost::asio::co_spawn(on.get_executor(), keep(loop, came), boost::asio::detached);
    const bool ended = time.run_until([&] { return came.has_value(); });
    if (ended) result = std::move(*came);
    result.finishing.reset();
    return ended;
  }

  /// What the client asks, with further members of the body, as in `,"n":2`.
  void ask(const std::string& more) {
    auto read = dialect_of(dialect_id::openai_chat)
                    .read_call(operation::chat_completions, R"({"model":"chat","messages":[{"role":"user","content":"hi"}],"stream":true)" + more + "}");
    asked = std::move(*read);
  }

  void drain_on_disconnect(config::milliseconds how_long) {
    for (auto& one : model_->try_in_order) {
      auto changed = std::make_shared<config::deployment>(*one);
      auto at = std::make_shared<config::provider>(*one->at);
      at->drain_on_disconnect = how_long;
      changed->at = at;
      one = changed;
    }
    route = policy::make_plan(*model_, policy::clearance({}, {}, {}).clear(model_->try_in_order));
  }

  /// How each deployment, in order, goes on with an answer that another one began.
  void go_on_by(const std::vector<continuation>& ways) {
    for (std::size_t i = 0; i < ways.size(); ++i) {
      auto one = std::make_shared<config::deployment>(*model_->try_in_order[i]);
      one->goes_on = ways[i];
      model_->try_in_order[i] = one;
    }
    route = policy::make_plan(*model_, policy::clearance({}, {}, {}).clear(model_->try_in_order));
  }

  static task<void> keep(stages::relay& loop, std::optional<stages::relayed>& came) {
    stages::relayed made;
    co_await loop.run(made);
    came = std::move(made);
  }

  /// Puts a meter behind that deployment's name.
  void pay_by_the_hour(const std::string& deployment, nano_usd per_hour) {
    config::settings settings;
    auto priced = std::make_shared<config::deployment>(*make_deployment(deployment));
    priced->price.emplace().by_hour = config::hourly_price{.per_hour = per_hour};
    settings.deployments[deployment] = priced;
    machines = ledger::gpu_meters{}.adopt(settings, time.now(), time.wall());
  }

  std::string all_bytes() const { return client.bytes + result.last_bytes; }
  std::string failure_name() const { return result.why ? std::string(result.why->name()) : "none"; }

 private:
  std::shared_ptr<config::model> model_;

 public:
  boost::asio::io_context on{1};
  virtual_clock time{on};
  scripted_transport wire;
  recording_sink client;
  call asked;
  plan route;
  header_list client_headers;
  attempt_list attempts;
  std::vector<int> ended_early;   ///< numbers of attempts that another step followed
  config::timeouts timeouts;
  int sends_max = 3;
  bool duplicate_ok = false;
  bool resume = false;
  int let_go = 0;   ///< times that the call's body and headers were
  std::optional<config::hedging> hedge;
  bool afford_hedge = true;
  double dice = 0;
  policy::fleet_view fleet;
  ledger::gpu_fleet machines;
  stages::relayed result;
};

}  // namespace sallyport::tests
