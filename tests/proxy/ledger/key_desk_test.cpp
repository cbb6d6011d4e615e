#include "proxy/ledger/key_desk.hpp"

#include "tests/proxy/ledger/store_fixture.hpp"
#include "tests/support/scratch_folder.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::ledger;
using namespace sallyport::ledger::tests;
using namespace std::chrono_literals;

namespace {

const std::chrono::sys_seconds now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 26};

config::settings two_teams() {
  config::settings made;
  config::team search{.name = "search", .models = {"chat", "embed"}};
  search.keys.push_back({.name = "prod"});
  made.teams["search"] = std::make_shared<const config::team>(std::move(search));
  made.teams["maps"] = std::make_shared<const config::team>(config::team{.name = "maps"});
  for (const auto* name : {"chat", "embed", "draw"}) made.models[name] = std::make_shared<const config::model>(config::model{.name = name});
  return made;
}

struct rig {
  rig() {
    const auto path = folder / "state.db";
    store_at(path);
    auto opened = key_store::open(path);
    REQUIRE(opened.has_value());
    keys = std::move(*opened);
    desk = std::make_unique<key_desk>(*keys, pepper);
  }

  sallyport::tests::scratch_folder folder;
  std::unique_ptr<key_store> keys;
  secret pepper{"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"};
  config::settings settings = two_teams();
  std::unique_ptr<key_desk> desk;
};

template <class T>
std::string refused(const result<T>& what) {
  if (what.has_value()) return {};
  const failure why = what.error();
  return std::string(why.client_sentence());
}

}  // namespace

TEST_CASE("a minted key is known by its digest, and listed behind the configuration's") {
  rig world;
  const auto made = world.desk->mint(world.settings, {.team = "search", .name = "ci", .expires = "2027-01-31", .models = {"chat"}}, now);
  REQUIRE(made.has_value());
  CHECK(made->text.reveal().starts_with("sp-"));
  CHECK(made->key.digest == digest_of(made->text.reveal(), world.pepper));
  const auto all = world.desk->list(world.settings, "");
  REQUIRE(all.has_value());
  REQUIRE(all->size() == 2);
  CHECK(all->front().name == "prod");
  CHECK(!all->front().stored);
  CHECK(all->back().stored);
  CHECK(all->back().expires == std::chrono::sys_days{std::chrono::year{2027} / 1 / 31});
  CHECK(world.desk->list(world.settings, "maps")->empty());
}

TEST_CASE("a key that could not be used is not made, and the sentence says what to write") {
  rig world;
  const auto why = [&](const key_order& order) { return refused(world.desk->mint(world.settings, order, now)); };
  CHECK(why({.team = "serach"}).find("did you mean \"search\"?") != std::string::npos);
  CHECK(why({.team = "search", .name = "a b"}).find("is not a fit name") != std::string::npos);
  CHECK(why({.team = "search", .name = "prod"}).find("in the configuration, which wins") != std::string::npos);
  CHECK(why({.team = "search", .models = {"chta"}}).find("did you mean \"chat\"?") != std::string::npos);
  CHECK(why({.team = "search", .models = {"draw"}}).find("may not ask for model 'draw'") != std::string::npos);
  CHECK(why({.team = "search", .networks = {"10.0.0.0/40"}}).find("10.0.0.0/40") != std::string::npos);
  CHECK(why({.team = "search", .expires = "2026-11-26"}).find("has begun already") != std::string::npos);
  CHECK(why({.team = "search", .expires = "31.1.2027"}).find("day in UTC") != std::string::npos);
  CHECK(why({.team = "search", .models = std::vector<std::string>(101, "chat")}).find("at most 100") != std::string::npos);
  CHECK(refused(world.desk->list(world.settings, "nobody")).find("no team 'nobody'") != std::string::npos);
  CHECK(world.keys->all()->empty());
}

TEST_CASE("a successor is never wider than its predecessor unless it is said") {
  rig world;
  const key_order narrow{.team = "search", .name = "ci", .expires = "2026-12-26", .models = {"chat"}, .networks = {"10.0.0.0/8"}};
  REQUIRE(world.desk->mint(world.settings, narrow, now).has_value());
  const auto later = now + 48h;
  const auto next = world.desk->rotate(world.settings, {.team = "search", .name = "ci"}, "1h", later);
  REQUIRE(next.has_value());
  CHECK(next->key.models == narrow.models);
  CHECK(next->key.networks == narrow.networks);
  CHECK(next->key.expires == later + 30 * 24h);
  const auto said = world.desk->rotate(world.settings, {.team = "search", .name = "ci", .models = {"embed"}}, "0ms", later + 1h);
  REQUIRE(said.has_value());
  CHECK(said->key.models == std::vector<std::string>{"embed"});
  CHECK(said->key.networks == narrow.networks);
}

TEST_CASE("rotating wants a key to rotate and a duration, revoking a key to revoke") {
  rig world;
  CHECK(refused(world.desk->rotate(world.settings, {.team = "search", .name = "ci"}, "1h", now)).find("no stored key 'ci'") != std::string::npos);
  CHECK(refused(world.desk->rotate(world.settings, {.team = "search", .name = "ci"}, "soon", now)).find("as in 24h") != std::string::npos);
  CHECK(refused(world.desk->revoke("search", "ci", now)).find("no stored key 'ci'") != std::string::npos);
  REQUIRE(world.desk->mint(world.settings, {.team = "search", .name = "ci"}, now).has_value());
  CHECK(world.desk->revoke("search", "ci", now + 1s).has_value());
  const auto all = world.desk->list(world.settings, "search");
  REQUIRE(all.has_value());
  CHECK(all->back().revoked == now + 1s);
}
