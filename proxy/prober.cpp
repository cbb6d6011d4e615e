#include "proxy/prober.hpp"

#include "adapters/engine_load.hpp"
#include "proxy/policy/engine_watch.hpp"
#include "proxy/policy/probing.hpp"
#include "proxy/upstream/health_checks.hpp"
#include "proxy/words/dice.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace sallyport {
namespace {

using namespace std::chrono_literals;

/// How often breakers are looked at: a part of the shortest period, and a few atomic reads.
constexpr auto tick = 200ms;
/// With nobody to ask only publish() and the end wake the thread.
constexpr auto tick_without_work = 60s;
/// Of a provider that is asked for its load alone.
constexpr duration never = 24h;

instant present() { return std::chrono::steady_clock::now(); }

struct asked_provider {
  std::shared_ptr<const config::provider> at;
  std::vector<stages::probed_deployment> deployments;
  policy::probing when;
  policy::engine_watch load;
};

std::vector<asked_provider> asked_in(const stages::generation& of) {
  std::vector<asked_provider> all;
  for (const auto& [name, one] : of.settings->providers) {
    auto deployments = of.health.at_provider(name);
    std::vector<policy::health*> breakers;
    policy::engine_watch load;
    for (const auto& deployment : deployments) {
      if (one->probe) breakers.push_back(deployment.breaker.get());
      const auto found = of.settings->deployments.find(deployment.deployment);
      if (one->load_metrics && found != of.settings->deployments.end()) load.add(found->second, deployment.load);
    }
    if (!one->probe && load.is_empty()) continue;
    all.push_back({one, std::move(deployments), policy::probing(one->probe ? one->probe->every : never, breakers), std::move(load)});
  }
  return all;
}

}  // namespace

struct prober::parts {
  parts(observe::logger& to, observe::metrics& counted) : log(to), metrics(counted) {}

  void run();
  void adopt_newest();
  void ask_those_due();
  void take(const upstream::health_answer& answer);
  void take_load(const upstream::health_answer& answer);

  observe::logger& log;
  observe::metrics& metrics;
  upstream::health_checks checks{std::chrono::duration_cast<std::chrono::milliseconds>(policy::probing::probe_max)};
  std::function<double()> dice = make_dice();
  std::vector<asked_provider> asked;   ///< the thread's
  std::atomic<bool> ending{false};
  std::mutex mutex;
  std::shared_ptr<const stages::generation> newest;   ///< guarded; null once adopted
  std::thread thread;
};

// Breakers outlive generations; what was asked under the old one is forgotten.
void prober::parts::adopt_newest() {
  std::shared_ptr<const stages::generation> next;
  {
    const std::lock_guard held(mutex);
    next = std::exchange(newest, nullptr);
  }
  if (!next) return;
  checks.forget();
  asked = asked_in(*next);
}

void prober::parts::ask_those_due() {
  for (std::size_t i = 0; i < asked.size() && checks.under_way() < at_once_max; ++i) {
    if (asked[i].at->probe && asked[i].when.is_due(present(), dice())) checks.begin(2 * i, asked[i].at, asked[i].at->probe->path);
    if (asked[i].load.is_due(present())) checks.begin(2 * i + 1, asked[i].at, asked[i].at->load_metrics->path, true);
  }
}

void prober::parts::take_load(const upstream::health_answer& answer) {
  auto& of = asked[answer.ticket / 2];
  if (answer.said != liveness::up || answer.body.empty())
    log.write(observe::level::debug, "engine does not tell its load", {{"provider", of.at->name}, {"detail", answer.detail}});
  of.load.answered([&](const std::string& model) { return read_engine_load(answer.body, *of.at->load_metrics, model); }, present());
}

void prober::parts::take(const upstream::health_answer& answer) {
  if (answer.ticket % 2 == 1) return take_load(answer);
  auto& of = asked[answer.ticket / 2];
  const auto before = of.when.last();
  metrics.probed(of.at->name, answer.said);
  const auto turned = before != answer.said;
  log.write(turned ? observe::level::info : observe::level::debug, "health endpoint asked",
            {{"provider", of.at->name}, {"said", name_of(answer.said)}, {"detail", answer.detail}});
  for (const auto place : of.when.answered(answer.said, present(), dice()))
    log.write(observe::level::info, "deployment may be back: the next request tries it", {{"deployment", of.deployments[place].deployment}});
}

void prober::parts::run() {
  while (!ending.load(std::memory_order_acquire)) {
    adopt_newest();
    ask_those_due();
    for (const auto& answer : checks.wait(asked.empty() ? tick_without_work : std::chrono::milliseconds(tick))) take(answer);
  }
}

prober::prober(observe::logger& log, observe::metrics& metrics) : parts_(std::make_unique<parts>(log, metrics)) {}

prober::~prober() {
  parts_->ending.store(true, std::memory_order_release);
  parts_->checks.wake();
  if (parts_->thread.joinable()) parts_->thread.join();
}

void prober::publish(std::shared_ptr<const stages::generation> next) {
  {
    const std::lock_guard held(parts_->mutex);
    parts_->newest = std::move(next);
  }
  if (!parts_->thread.joinable())
    parts_->thread = std::thread([p = parts_.get()] { p->run(); });
  else
    parts_->checks.wake();
}

}  // namespace sallyport
