#include "proxy/prober.hpp"

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

instant present() { return std::chrono::steady_clock::now(); }

struct asked_provider {
  std::shared_ptr<const config::provider> at;
  std::vector<stages::probed_deployment> deployments;
  policy::probing when;
};

std::vector<asked_provider> asked_in(const stages::generation& of) {
  std::vector<asked_provider> all;
  for (const auto& [name, one] : of.settings->providers) {
    if (!one->probe) continue;
    auto deployments = of.health.at_provider(name);
    std::vector<policy::health*> breakers;
    for (const auto& deployment : deployments) breakers.push_back(deployment.breaker.get());
    all.push_back({one, std::move(deployments), policy::probing(one->probe->every, breakers)});
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
  for (std::size_t i = 0; i < asked.size() && checks.under_way() < at_once_max; ++i)
    if (asked[i].when.is_due(present(), dice())) checks.begin(i, asked[i].at);
}

void prober::parts::take(const upstream::health_answer& answer) {
  auto& of = asked[answer.ticket];
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
