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
  built_in->speaks = dialect_id::openai_chat;
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
  drilled.admin = {{"127.0.0.1", 0}, {}};
  drilled.state = {};
  drilled.state.journal = journal;
  drilled.state.journal_size = 1u << 20;
}

}  // namespace

std::string drilled_model(int number, std::size_t place, const std::string& conduct) {
  return "drill-" + std::to_string(number) + "-" + std::to_string(place) + (place == 0 ? conduct : "");
}

std::shared_ptr<const config::settings> drill_settings(const config::settings& own, const config::model& which, const drill_stage& stage,
                                                       int number, const std::string& conduct) {
  auto drilled = std::make_shared<config::settings>(own);
  keep_to_loopback(*drilled, stage.journal);
  drilled->teams.clear();
  drilled->deployments.clear();
  drilled->models.clear();
  drilled->any_provider_model = false;
  for (auto& [name, provider] : drilled->providers) provider = rehearsed(*provider, stage.ports.at(name));
  auto only = std::make_shared<config::model>(which);
  only->strategy = nullptr;   // the one that fails has to be first
  only->fallbacks = {};       // they are at providers that the drill does not stand in for
  only->timeouts.first_token = std::min(only->timeouts.first_token, drill_wait_max);
  only->timeouts.idle = std::min(only->timeouts.idle, drill_wait_max);
  for (std::size_t place = 0; place < only->try_in_order.size(); ++place) {
    auto deployment = std::make_shared<config::deployment>(*only->try_in_order[place]);
    deployment->at = drilled->providers.at(deployment->at->name);
    deployment->model = drilled_model(number, place, conduct);
    drilled->deployments[deployment->name] = deployment;
    only->try_in_order[place] = std::move(deployment);
  }
  drilled->models[only->name] = std::move(only);
  return drilled;
}

}  // namespace sallyport::commands
