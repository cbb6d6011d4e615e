#include "proxy/observe/known_names.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace sallyport;

TEST_CASE("the known names are those of the configuration") {
  config::settings settings;
  const auto provider = std::make_shared<const config::provider>(config::provider{.name = "eu", .kind = "groq"});
  settings.providers["eu"] = provider;
  settings.deployments["fast"] = std::make_shared<const config::deployment>(config::deployment{.name = "fast", .at = provider});
  settings.models["chat"] = std::make_shared<const config::model>(config::model{.name = "chat"});
  settings.teams["search"] = std::make_shared<const config::team>(config::team{.name = "search"});

  const auto known = observe::known_names_of(settings);

  using set = observe::known_names::set;
  CHECK(known.teams == set{"search"});
  CHECK(known.models == set{"chat"});
  CHECK(known.deployments == set{"fast"});
  CHECK(known.kinds == set{"groq"});
}
