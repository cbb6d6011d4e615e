#pragma once
/// Traffic over minutes of virtual time: calls that come one after another and overlap, one fleet whose health they share, upstreams that do
/// something else at other times.

#include "proxy/stages/fleet_health.hpp"
#include "tests/support/relay_rig.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sallyport::tests {

class traffic_rig {
 public:
  struct served {
    duration arrived{};        ///< since the beginning, as is `ended`
    duration ended{};
    std::string by;            ///< who answered; empty: nobody
    std::string why;           ///< the failure; none
    std::size_t sends = 0;
  };

  traffic_rig(std::vector<std::string> deployments, std::uint64_t seed) : model_(make_model("chat", deployments)), random_(seed) {
    for (const auto& one : model_->try_in_order) settings_.deployments[one->name] = one;
    health = stages::health_book(fleet_, settings_);
    auto read = dialect_of(dialect_id::openai_chat)
                    .read_call(operation::chat_completions, R"({"model":"chat","messages":[{"role":"user","content":"hi"}],"stream":true})");
    asked_ = std::move(*read);
  }

  double dice() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  /// Calls at random times, so many a second in the mean, for so long. In the order of their arrival.
  const std::vector<served>& run(double a_second, duration length) {
    for (duration at{}; at < length; at += std::chrono::duration_cast<duration>(std::chrono::duration<double>(-std::log(1 - dice()) / a_second)))
      all.push_back({.arrived = at, .ended = {}, .by = {}, .why = {}});
    for (std::size_t i = 0; i < all.size(); ++i) boost::asio::co_spawn(on.get_executor(), serve(i), boost::asio::detached);
    time.run_until([this] { return ended_ == all.size(); });
    return all;
  }

  std::size_t sends_to(const std::string& name, duration from, duration until) const {
    return static_cast<std::size_t>(std::count_if(wire.sent.begin(), wire.sent.end(), [&](const sent_record& one) {
      const auto at = one.at - virtual_clock::start();
      return (name.empty() || one.deployment == name) && at >= from && at < until;
    }));
  }
  /// Calls that came then; of them those that somebody answered, or that one.
  std::size_t calls(duration from, duration until) const {
    return count(from, until, [](const served&) { return true; });
  }
  std::size_t answered(duration from, duration until, const std::string& by = {}) const {
    return count(from, until, [&](const served& one) { return one.why == "none" && (by.empty() || one.by == by); });
  }

 private:
  template <class Which>
  std::size_t count(duration from, duration until, Which which) const {
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const served& one) { return one.arrived >= from && one.arrived < until && which(one); }));
  }

  task<void> serve(std::size_t i) {
    const auto arrival = time.make_wait();
    co_await arrival->until(virtual_clock::start() + all[i].arrived);
    plan route = policy::make_plan(*model_, policy::clearance({}, {}, {}).clear(model_->try_in_order));
    attempt_list attempts;
    recording_sink client;
    stages::relay loop({.asked = asked_,
                        .route = route,
                        .attempts = attempts,
                        .client_headers = nothing_,
                        .request_id = "req_test",
                        .timeouts = timeouts,
                        .limits = {.sends_max = sends_max, .deadline = time.now() + timeouts.total},
                        .fleet = {.standing_of = [this](const candidate& one) { return health.of(one.target.deployment()); }, .turned = {}},
                        .dice = [this] { return dice(); },
                        .machines = no_machines_},
                       wire, client, time);
    stages::relayed came;
    co_await loop.run(came);
    all[i].ended = time.now() - virtual_clock::start();
    all[i].why = came.why ? came.why->name() : "none";
    all[i].sends = attempts.size();
    if (!came.why) all[i].by = attempts.back().to->name;
    ++ended_;
  }

  std::shared_ptr<config::model> model_;
  config::settings settings_;
  stages::fleet_health fleet_;
  std::mt19937_64 random_;
  call asked_;
  header_list nothing_;
  ledger::gpu_fleet no_machines_;
  std::size_t ended_ = 0;

 public:
  boost::asio::io_context on{1};
  virtual_clock time{on};
  scripted_transport wire{time};
  stages::health_book health;
  config::timeouts timeouts{.connect = std::chrono::seconds(3), .first_token = std::chrono::seconds(5), .idle = std::chrono::seconds(5),
                            .attempt = std::chrono::seconds(20), .total = std::chrono::seconds(60)};
  int sends_max = 3;
  std::vector<served> all;
};

}  // namespace sallyport::tests
