/// Random organisations under virtual time: providers of every class, policies, floors, rules, budgets, conversations, faults and reloads while
/// requests are under way. Whatever happens, content reaches only deployments that the policies of the request's own generation allow for its
/// class, and stands nowhere else. SALLYPORT_GUARD_CASES=1000000 runs more of it, SALLYPORT_GUARD_SEED=N one world again.

#include "tests/support/exchange_rig.hpp"
#include "tests/support/random_organisation.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

using namespace sallyport;
using namespace sallyport::tests;
using namespace std::chrono_literals;

namespace {

constexpr int requests_a_world = 10;

script some_conduct(dice& with) {
  const auto whole = well({"fine"});
  switch (roll(with, 9)) {
    case 0: return {breaks(failure_kind::connect_failed, 1ms, false)};
    case 1: return refuses(503);
    case 2: return refuses(429);
    case 3: return {head(200, "text/event-stream", 50ms)};   // then silence
    case 4: return {head(), data(role_event), breaks(failure_kind::connection_lost, 20ms)};
    case 5: return {head(), data(role_event), data(text_event("half")), breaks(failure_kind::connection_lost, 20ms)};
    case 6: return refuses(401);
    default: return whole;
  }
}

class world {
 public:
  explicit world(std::uint64_t seed) : with_(seed), rig_({}, 64u << 10) {
    for (int i = 0; i < 5; ++i) deployments_.push_back(some_deployment(with_, "d" + std::to_string(i)));
    running_ = some_organisation(with_, deployments_);
  }

  /// How many calls were sent anywhere.
  int run() {
    for (int i = 0; i < requests_a_world; ++i) ask();
    look_for_canaries();
    return sent_;
  }

 private:
  void ask() {
    const auto asked = some_question(with_);
    const auto judged_by = running_;
    rig_.settings = std::make_shared<config::settings>(*judged_by.settings);
    for (const auto& one : deployments_) rig_.wire.set(one->name, {some_conduct(with_)});
    rig_.client = recording_sink();
    rig_.wire.sent.clear();
    auto& x = arrive(asked);
    rig_.begin(x);
    if (one_in(with_, 3)) running_ = some_organisation(with_, deployments_);   // a reload while it is under way
    REQUIRE(rig_.time.run_until([this] { return rig_.ended; }));
    judge(x, asked, judged_by);
    canaries_.push_back(asked.canary);
  }

  stages::exchange& arrive(const question& asked) {
    auto& x = rig_.arrived();
    x.who.team = x.of->settings->teams.at("search");
    x.who.key = std::make_shared<const config::key>(config::key{.name = "k", .floor = asked.key_floor});
    x.known.team = "search";
    x.known.key = "k";
    x.body = asked.body;
    if (!asked.label.empty()) x.head.headers.add_if_fit("x-sallyport-data-class", asked.label);
    if (!asked.session.empty()) x.head.headers.add_if_fit("x-sallyport-session", asked.session);
    return x;
  }

  void judge(const stages::exchange& x, const question& asked, const organisation& by) {
    auto& remembered = marks_[asked.session];
    const auto sensitivity = asked.sensitivity(by, asked.session.empty() ? data_class::public_ : remembered);
    if (!asked.session.empty()) remembered = sensitivity;
    CHECK(x.known.sensitivity == sensitivity);
    for (const auto& send : rig_.wire.sent) {
      CAPTURE(send.deployment);
      CAPTURE(name_of(sensitivity));
      REQUIRE(send.body.find(asked.canary) != std::string::npos);
      REQUIRE(by.may(sensitivity, asked.stream, by.named(send.deployment)));
    }
    // Neither does it keep home what may leave: whoever is first of those that may serve is asked.
    const auto& team = *by.settings->teams.at("search");
    const auto& list = !team.rules.empty() && asked.stream ? team.rules.front().try_in_order : by.settings->models.at("chat")->try_in_order;
    const bool any = std::any_of(list.begin(), list.end(), [&](const auto& one) { return by.may(sensitivity, asked.stream, *one); });
    CAPTURE(x.why ? std::string(x.why->name()) : std::string("answered"));
    if (!team.money) CHECK(rig_.wire.sent.empty() == !any);
    if (x.why && !rig_.client.bytes.empty()) CHECK(rig_.client.bytes.find(asked.canary) == std::string::npos);
    sent_ += !rig_.wire.sent.empty();
  }

  /// Not in the log, the metrics or the journal.
  void look_for_canaries() {
    rig_.log.flush();
    std::string everything = rig_.metrics.expose();
    for (const auto& line : rig_.log.lines()) everything += line;
    std::ifstream journal(rig_.journal_path(), std::ios::binary);
    everything.append(std::istreambuf_iterator<char>(journal), {});
    for (const auto& canary : canaries_) CHECK(everything.find(canary) == std::string::npos);
  }

  dice with_;
  exchange_rig rig_;
  std::vector<std::shared_ptr<const config::deployment>> deployments_;
  organisation running_;
  std::map<std::string, data_class> marks_;
  std::vector<std::string> canaries_;
  int sent_ = 0;
};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* set = std::getenv(variable);
  return set ? std::strtoull(set, nullptr, 10) : otherwise;
}

}  // namespace

TEST_CASE("in every random organisation content reaches only those whom the policies allow, and stands nowhere else") {
  const auto only = number_from("SALLYPORT_GUARD_SEED", 0);
  const auto worlds = only ? 1 : number_from("SALLYPORT_GUARD_CASES", 10'000) / requests_a_world;
  int sent = 0;
  for (std::uint64_t i = 0; i < worlds; ++i) {
    const auto seed = only ? only : i + 1;
    CAPTURE(seed);
    sent += world(seed).run();
  }
  if (worlds >= 100) CHECK(sent > static_cast<int>(worlds) * requests_a_world / 3);   // else it would say little
}
