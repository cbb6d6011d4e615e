/// Random organisations under virtual time: providers of every class, policies, floors, rules, budgets, conversations, faults and reloads while
/// requests are under way. Whatever happens, content reaches only deployments that the policies of the request's own generation allow for its
/// class, and stands nowhere else. SALLYPORT_GUARD_CASES=1000000 runs more of it, SALLYPORT_GUARD_SEED=N one world again.

#include "config/condition_parser.hpp"
#include "config/policies.hpp"
#include "tests/support/exchange_rig.hpp"

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

using dice = std::mt19937_64;
constexpr int requests_a_world = 10;

std::size_t roll(dice& with, std::size_t sides) { return static_cast<std::size_t>(with() % sides); }
bool one_in(dice& with, std::size_t n) { return roll(with, n) == 0; }
data_class some_class(dice& with) { return static_cast<data_class>(roll(with, 4)); }
/// Mostly the lowest, so that most calls are not raised by everything at once.
data_class some_floor(dice& with) { return one_in(with, 4) ? some_class(with) : data_class::public_; }

/// A policy twice: as the gateway has it, and as this test judges by.
struct rule_of_the_house {
  config::policy as_written = config::built_in_policy();
  data_class from = data_class::public_;
  bool streams_only = false;
  std::function<bool(const config::provider&)> allows;
};

struct requirement {
  const char* text;
  bool (*allows)(const config::provider&);
};

bool is_in(const config::provider& at, deployment_class which) { return at.runs_as == which; }
const std::vector<requirement> requirements{
    {"class == \"in_house\"", [](const config::provider& at) { return is_in(at, deployment_class::in_house); }},
    {"class in [\"in_house\", \"hosted\"]", [](const config::provider& at) { return !is_in(at, deployment_class::managed); }},
    {"class != \"managed\"", [](const config::provider& at) { return !is_in(at, deployment_class::managed); }},
    {"location == \"eu\"", [](const config::provider& at) { return at.location == "eu"; }},
    {"location != \"us\"", [](const config::provider& at) { return at.location == "eu"; }},
    {"!(location == \"us\")", [](const config::provider& at) { return at.location == "eu"; }},
    {"!trains_on_data", [](const config::provider& at) { return is_in(at, deployment_class::in_house) ? !at.trains_on_data.value_or(false) : at.trains_on_data == false; }},
    {"location == \"eu\" || class == \"in_house\"", [](const config::provider& at) { return at.location == "eu" || is_in(at, deployment_class::in_house); }},
};

rule_of_the_house some_policy(dice& with, const std::string& name) {
  rule_of_the_house made;
  made.from = static_cast<data_class>(1 + roll(with, 3));
  made.streams_only = one_in(with, 4);
  const auto& wanted = requirements[roll(with, requirements.size())];
  made.allows = wanted.allows;
  const std::string when = "data_class >= \"" + std::string(name_of(made.from)) + "\"" + (made.streams_only ? " && stream" : "");
  made.as_written.name = name;
  made.as_written.built_in = false;
  made.as_written.when = config::compile(when, config::names_in_policies({}, {})).value;
  made.as_written.require = *config::compile(wanted.text, config::names_in_requirements({})).value;
  return made;
}

rule_of_the_house built_in() {
  return {config::built_in_policy(), data_class::restricted, false, requirements.front().allows};
}

/// A configuration twice, and what serves it.
struct organisation {
  std::shared_ptr<const config::settings> settings;
  std::vector<rule_of_the_house> policies;
  std::vector<std::shared_ptr<const config::deployment>> deployments;

  bool may(data_class sensitivity, bool stream, const config::deployment& to) const {
    return std::all_of(policies.begin(), policies.end(), [&](const auto& one) {
      return sensitivity < one.from || (one.streams_only && !stream) || one.allows(*to.at);
    });
  }
  const config::deployment& named(const std::string& name) const {
    return **std::find_if(deployments.begin(), deployments.end(), [&](const auto& one) { return one->name == name; });
  }
};

std::shared_ptr<const config::deployment> some_deployment(dice& with, const std::string& name) {
  auto at = std::make_shared<config::provider>(*make_deployment(name)->at);
  at->runs_as = static_cast<deployment_class>(roll(with, 3));
  at->location = std::vector<std::string>{"eu", "us", ""}[roll(with, 3)];
  if (one_in(with, 2)) at->trains_on_data = one_in(with, 2);
  auto made = std::make_shared<config::deployment>(*make_deployment(name));
  made->at = at;
  made->price.emplace(token_prices{.input = 1'000'000'000, .output = 1'000'000'000}, config::price_basis::contract, "contract");
  return made;
}

std::vector<std::shared_ptr<const config::deployment>> some_of(dice& with, std::vector<std::shared_ptr<const config::deployment>> all) {
  std::shuffle(all.begin(), all.end(), with);
  all.resize(1 + roll(with, all.size()));
  return all;
}

organisation some_organisation(dice& with, std::vector<std::shared_ptr<const config::deployment>> deployments) {
  organisation made;
  made.deployments = std::move(deployments);
  auto settings = std::make_shared<config::settings>();
  auto model = std::make_shared<config::model>();
  model->name = "chat";
  model->try_in_order = some_of(with, made.deployments);
  model->timeouts = {.connect = 3s, .first_token = 5s, .idle = 5s, .attempt = 20s, .total = 30s};
  settings->models["chat"] = model;
  auto team = std::make_shared<config::team>(config::team{.name = "search", .floor = some_floor(with)});
  if (one_in(with, 3))
    team->rules.push_back({"streams", config::compile("stream", config::names_in_rules("search", {})).value, some_of(with, made.deployments), some_floor(with)});
  if (one_in(with, 5)) team->money = config::budget{.limit = 1, .route_to = made.deployments[roll(with, made.deployments.size())]};
  settings->teams["search"] = team;
  settings->privacy.attachments = some_floor(with);
  for (std::size_t i = roll(with, 3); i > 0; --i) made.policies.push_back(some_policy(with, "p" + std::to_string(i)));
  made.policies.push_back(built_in());
  for (const auto& one : made.policies) settings->policies.push_back(one.as_written);
  made.settings = settings;
  return made;
}

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

std::string hexadecimal(dice& with) {
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(with()), static_cast<unsigned long long>(with()));
  return text.data();
}

/// One request, and what it must come to.
struct question {
  std::string canary, body, label, session;
  bool stream = false, image = false;
  data_class key_floor = data_class::public_;

  data_class sensitivity(const organisation& in, data_class remembered) const {
    const auto& team = *in.settings->teams.at("search");
    auto made = std::max({team.floor, key_floor, remembered});
    if (image) made = std::max(made, in.settings->privacy.attachments);
    if (!label.empty()) made = std::max(made, label_of(label));
    if (!team.rules.empty() && stream) made = std::max(made, team.rules.front().floor);
    return made;
  }
};

question some_question(dice& with) {
  question made;
  made.canary = hexadecimal(with);
  made.stream = one_in(with, 2);
  made.image = one_in(with, 4);
  made.key_floor = some_floor(with);
  if (one_in(with, 3)) made.label = std::vector<std::string>{"public", "internal", "confidential", "restricted", "unheard-of"}[roll(with, 5)];
  if (one_in(with, 3)) made.session = "c-" + std::to_string(roll(with, 3));
  const std::string image = R"(,{"type":"image_url","image_url":{"url":"https://x/)" + made.canary + R"(.png"}})";
  made.body = R"({"model":"chat","stream":)" + std::string(made.stream ? "true" : "false") + R"(,"messages":[{"role":"user","content":[{"type":"text","text":")" +
              made.canary + R"("})" + (made.image ? image : "") + R"(]},{"role":"assistant","tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{\"q\":\")" +
              made.canary + R"(\"}"}}]}],"max_tokens":5})";
  return made;
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
