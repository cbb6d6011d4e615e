#include "proxy/commands/drill_settings.hpp"

#include <algorithm>

namespace sallyport::commands {
namespace {

std::shared_ptr<const config::provider> rehearsed(const config::provider& own, std::uint16_t port) {
  auto built_in = std::make_shared<config::provider>(own);
  built_in->kind = "openai_compatible";
  const std::string text = "http://127.0.0.1:" + std::to_string(port) + "/v1";
  built_in->base = {.text = text, .tls = false, .host = "127.0.0.1", .port = port, .path = "/v1"};
  built_in->auth = config::auth_scheme::none;
  built_in->auth_header.clear();
  built_in->key = {};
  for (secret& one : built_in->more_keys) one = {};   // as many as there are: a send may go to each
  built_in->speaks = {dialect_id::openai_chat};
  built_in->networks.clear();
  built_in->headers.clear();   // they may hold credentials
  built_in->ca_file.clear();
  built_in->probe.reset();
  built_in->quirks = {};
  return built_in;
}

void keep_to_loopback(config::settings& drilled, const std::string& journal) {
  drilled.listen.address = {"127.0.0.1", 0};
  drilled.listen.tls.reset();
  drilled.listen.workers = 1;
  drilled.listen.trusted_proxies.clear();
  drilled.listen.max_connections_per_address.reset();
  drilled.admin = {{"127.0.0.1", 0}, {}};
  drilled.state = {};
  drilled.state.journal = journal;
  drilled.state.journal_size = 1u << 20;
}

}  // namespace

deployment_list drill_cast(const config::model& which) {
  deployment_list cast;
  const auto add = [&cast](const deployment_list& from) {
    for (const auto& one : from) {
      const auto is_same = [&one](const auto& other) { return other->name == one->name; };
      if (std::none_of(cast.begin(), cast.end(), is_same)) cast.push_back(one);
    }
  };
  add(which.try_in_order);
  add(which.fallbacks.context_length);
  add(which.fallbacks.content_filter);
  return cast;
}

std::string drilled_model(const drill_case& one, std::size_t place) {
  return "drill-" + std::to_string(one.number) + "-" + std::to_string(place) + (place == 0 ? one.conduct : one.others);
}

std::shared_ptr<const config::settings> drill_settings(const config::settings& own, const config::model& which, const drill_stage& stage,
                                                       const drill_case& one) {
  auto drilled = std::make_shared<config::settings>(own);
  keep_to_loopback(*drilled, stage.journal);
  drilled->teams.clear();
  drilled->deployments.clear();
  drilled->models.clear();
  drilled->any_provider_model = false;
  for (auto& [name, provider] : drilled->providers) provider = rehearsed(*provider, stage.ports.at(name));
  const deployment_list cast = drill_cast(which);
  for (std::size_t place = 0; place < cast.size(); ++place) {
    auto deployment = std::make_shared<config::deployment>(*cast[place]);
    deployment->at = drilled->providers.at(deployment->at->name);
    deployment->model = drilled_model(one, place);
    drilled->deployments[deployment->name] = std::move(deployment);
  }
  auto only = std::make_shared<config::model>(which);
  only->strategy = nullptr;   // the one that fails has to be first
  for (config::milliseconds config::timeouts::*time : {&config::timeouts::first_token, &config::timeouts::idle, &config::timeouts::attempt})
    only->timeouts.*time = std::min(only->timeouts.*time, drill_wait_max);
  for (deployment_list* list : {&only->try_in_order, &only->fallbacks.context_length, &only->fallbacks.content_filter})
    for (auto& deployment : *list) deployment = drilled->deployments.at(deployment->name);
  drilled->models[only->name] = std::move(only);
  return drilled;
}

}  // namespace sallyport::commands
