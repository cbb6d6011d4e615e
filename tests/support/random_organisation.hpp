#pragma once
/// Random organisations: providers of every class, policies, floors, rules and budgets; each policy twice, as the gateway has it and as a test judges
/// by. And random requests to them.

#include "config/condition_parser.hpp"
#include "config/policies.hpp"
#include "tests/support/fleet.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace sallyport::tests {

using dice = std::mt19937_64;

inline std::size_t roll(dice& with, std::size_t sides) { return static_cast<std::size_t>(with() % sides); }
inline bool one_in(dice& with, std::size_t n) { return roll(with, n) == 0; }
inline data_class some_class(dice& with) { return static_cast<data_class>(roll(with, 4)); }
/// Mostly the lowest, so that most calls are not raised by everything at once.
inline data_class some_floor(dice& with) { return one_in(with, 4) ? some_class(with) : data_class::public_; }

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

inline bool is_in(const config::provider& at, deployment_class which) { return at.runs_as == which; }
inline const std::vector<requirement> requirements{
    {"class == \"in_house\"", [](const config::provider& at) { return is_in(at, deployment_class::in_house); }},
    {"class in [\"in_house\", \"hosted\"]", [](const config::provider& at) { return !is_in(at, deployment_class::managed); }},
    {"class != \"managed\"", [](const config::provider& at) { return !is_in(at, deployment_class::managed); }},
    {"location == \"eu\"", [](const config::provider& at) { return at.location == "eu"; }},
    {"location != \"us\"", [](const config::provider& at) { return at.location == "eu"; }},
    {"!(location == \"us\")", [](const config::provider& at) { return at.location == "eu"; }},
    {"!trains_on_data", [](const config::provider& at) { return is_in(at, deployment_class::in_house) ? !at.trains_on_data.value_or(false) : at.trains_on_data == false; }},
    {"location == \"eu\" || class == \"in_house\"", [](const config::provider& at) { return at.location == "eu" || is_in(at, deployment_class::in_house); }},
};

inline rule_of_the_house some_policy(dice& with, const std::string& name) {
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

inline rule_of_the_house built_in() {
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

inline std::shared_ptr<const config::deployment> some_deployment(dice& with, const std::string& name) {
  auto at = std::make_shared<config::provider>(*make_deployment(name)->at);
  at->runs_as = static_cast<deployment_class>(roll(with, 3));
  at->location = std::vector<std::string>{"eu", "us", ""}[roll(with, 3)];
  if (one_in(with, 2)) at->trains_on_data = one_in(with, 2);
  auto made = std::make_shared<config::deployment>(*make_deployment(name));
  made->at = at;
  made->price.emplace(token_prices{.input = 1'000'000'000, .output = 1'000'000'000}, config::price_basis::contract, "contract");
  return made;
}

inline std::vector<std::shared_ptr<const config::deployment>> some_of(dice& with, std::vector<std::shared_ptr<const config::deployment>> all) {
  std::shuffle(all.begin(), all.end(), with);
  all.resize(1 + roll(with, all.size()));
  return all;
}

inline organisation some_organisation(dice& with, std::vector<std::shared_ptr<const config::deployment>> deployments) {
  organisation made;
  made.deployments = std::move(deployments);
  auto settings = std::make_shared<config::settings>();
  auto model = std::make_shared<config::model>();
  model->name = "chat";
  model->try_in_order = some_of(with, made.deployments);
  model->timeouts = {.connect = std::chrono::seconds(3), .first_token = std::chrono::seconds(5), .idle = std::chrono::seconds(5), .attempt = std::chrono::seconds(20),
                     .total = std::chrono::seconds(30)};
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

inline std::string hexadecimal(dice& with) {
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

inline question some_question(dice& with) {
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

}  // namespace sallyport::tests
