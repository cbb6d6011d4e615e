#include "proxy/stages/stored_keyring.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::stages;

namespace {

const secret pepper("pepper");

ledger::stored_key key(const std::string& team, const std::string& name, const std::string& text) {
  return {.team = team, .name = name, .digest = ledger::digest_of(text, pepper)};
}

config::settings with_team(const std::string& name, std::vector<config::key> keys = {}) {
  config::settings settings;
  auto team = std::make_shared<config::team>();
  team->name = name;
  team->keys = std::move(keys);
  settings.teams.emplace(name, team);
  return settings;
}

}  // namespace

TEST_CASE("a stored key belongs to its team in the running configuration") {
  auto minted = key("search", "prod", "sp-1");
  minted.models = {"chat"};
  minted.networks = {"10.0.0.0/8"};
  const stored_keyring keys(pepper, {minted});
  const auto owner = keys.find("sp-1", with_team("search"));
  REQUIRE(owner.team);
  CHECK(owner.team->name == "search");
  CHECK(owner.key->name == "prod");
  CHECK(owner.key->models == std::vector<std::string>{"chat"});
  CHECK(owner.key->networks.size() == 1);
  CHECK_FALSE(keys.find("sp-2", with_team("search")).key);
  CHECK_FALSE(keys.find("sp-1", with_team("other")).key);
}

TEST_CASE("a configured key wins over a stored one of the same name") {
  const stored_keyring keys(pepper, {key("search", "prod", "sp-1"), key("search", "test", "sp-2")});
  const auto settings = with_team("search", {config::key{.name = "prod"}});
  CHECK_FALSE(keys.find("sp-1", settings).key);
  CHECK(keys.find("sp-2", settings).key);
}

TEST_CASE("revoked keys, and those whose networks cannot be read, are nobody's") {
  auto revoked = key("search", "a", "sp-1");
  revoked.revoked = std::chrono::sys_seconds{};
  auto damaged = key("search", "b", "sp-2");
  damaged.networks = {"everywhere"};
  const stored_keyring keys(pepper, {revoked, damaged});
  CHECK(keys.is_empty());
}
