#include "proxy/commands/drill_settings.hpp"

#include "config/load.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::commands;

namespace {

constexpr const char* text = R"(version: 1
allow_inline_secrets: true
providers:
  cloud: {kind: openai, keys: [canary-1, canary-2]}
  house: {kind: vllm, base_url: "http://10.0.0.1:8000/v1", networks: [10.0.0.0/8]}
models:
  chat:
    try: [cloud/a, house/b]
    fallbacks: {context_length: [house/long, house/b], content_filter: [house/long, cloud/c]}
    timeouts: {first_token: 30s, idle: 500ms}
)";

std::shared_ptr<const config::settings> own() {
  const config::surroundings nothing{[](const std::string&) { return std::optional<std::string>(); },
                                     [](const std::string&) { return std::optional<std::string>(); },
                                     [](const std::string&) { return std::vector<std::string>(); }};
  return config::load(text, "test.yaml", nothing).value;
}

const drill_stage stage{{{"cloud", 1001}, {"house", 1002}}, "/nowhere"};

}  // namespace

TEST_CASE("the drill stands in for the deployments of try, then for those of the fallbacks, each once") {
  std::string names;
  for (const auto& one : drill_cast(*own()->models.at("chat"))) names += one->name + " ";
  CHECK(names == "cloud/a house/b house/long cloud/c ");
}

TEST_CASE("every deployment that a drilled model names is one on loopback, and the first alone has the fault") {
  const auto before = own();
  const auto drilled = drill_settings(*before, *before->models.at("chat"), stage, {7, "!status=503", "!no_prefill"});
  const auto& model = *drilled->models.at("chat");
  CHECK(model.try_in_order.at(0)->model == "drill-7-0!status=503");
  CHECK(model.try_in_order.at(1)->model == "drill-7-1!no_prefill");
  CHECK(model.fallbacks.context_length.at(0)->model == "drill-7-2!no_prefill");
  CHECK(model.fallbacks.context_length.at(1) == model.try_in_order.at(1));
  CHECK(model.fallbacks.content_filter.at(0) == model.fallbacks.context_length.at(0));
  for (const auto* list : {&model.try_in_order, &model.fallbacks.context_length, &model.fallbacks.content_filter})
    for (const auto& one : *list) CHECK(one->at->base.host == "127.0.0.1");
  CHECK(model.fallbacks.context_length.at(0)->at->base.port == 1002);
}

TEST_CASE("no credential of the operator's is in a drilled configuration, but as many as there were") {
  const auto before = own();
  const auto drilled = drill_settings(*before, *before->models.at("chat"), stage, {1, "", ""});
  const auto& cloud = *drilled->providers.at("cloud");
  REQUIRE(before->providers.at("cloud")->key_count() == 2);
  CHECK(cloud.key_count() == 2);
  CHECK(cloud.key_at(0).empty());
  CHECK(cloud.key_at(1).empty());
}

TEST_CASE("a drill waits no longer than its own limit, nor longer than the operator's") {
  const auto before = own();
  const auto drilled = drill_settings(*before, *before->models.at("chat"), stage, {1, "", ""});
  const auto& times = drilled->models.at("chat")->timeouts;
  CHECK(times.first_token == drill_wait_max);
  CHECK(times.attempt == drill_wait_max);
  CHECK(times.idle == config::milliseconds(500));
}
