#include "proxy/server/admin_service.hpp"

#include "proxy/ledger/sqlite_store.hpp"
#include "tests/proxy/server/front_door.hpp"
#include "tests/support/scratch_folder.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const std::chrono::sys_seconds now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 26};

std::shared_ptr<const config::settings> one_team() {
  auto made = std::make_shared<config::settings>();
  made->teams["search"] = std::make_shared<const config::team>(config::team{.name = "search"});
  made->models["chat"] = std::make_shared<const config::model>(config::model{.name = "chat"});
  return made;
}

/// The admin side over a store of its own.
struct rig {
  explicit rig(std::string token = "letmein") {
    REQUIRE(ledger::open_sqlite_store(folder / "state.db").has_value());   // makes the tables
    auto opened = ledger::key_store::open(folder / "state.db");
    REQUIRE(opened.has_value());
    keys = std::move(*opened);
    desk = std::make_unique<ledger::key_desk>(*keys, pepper);
    api = std::make_unique<server::admin_keys>(server::admin_keys_parts{
        .desk = *desk,
        .settings = [] { return one_team(); },
        .now = [] { return now; },
        .changed = [this](std::string_view what, std::string_view, std::string_view name) { changes += std::string(what) + " " + std::string(name) + ";"; }});
    admin = std::make_unique<server::admin_service>(server::admin_pages{
        .metrics = [] { return std::string(); }, .not_ready_because = [] { return std::optional<std::string>(); }, .token = secret(std::move(token)), .keys = api.get()});
    door = std::make_unique<front_door>(loopback(), nullptr, admin.get());
    door->start();
  }

  seen_reply ask(const std::string& line, const std::string& body = {}, const std::string& token = "letmein") {
    raw_client client(door->port());
    client.send(line + " HTTP/1.1\r\nHost: x\r\n" + (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.reply(false);
  }
  boost::json::object json(const std::string& line, const std::string& body = {}) { return boost::json::parse(ask(line, body).body).as_object(); }

  scratch_folder folder;
  std::unique_ptr<ledger::key_store> keys;
  secret pepper{"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"};
  std::unique_ptr<ledger::key_desk> desk;
  std::unique_ptr<server::admin_keys> api;
  std::unique_ptr<server::admin_service> admin;
  std::string changes;
  std::unique_ptr<front_door> door;
};

}  // namespace

TEST_CASE("a key is minted, listed without its text, rotated and revoked") {
  rig world;
  const auto minted = world.ask("POST /admin/v1/keys", R"({"team":"search","name":"ci","expires":"2027-01-31","models":["chat"],"networks":["10.0.0.0/8"]})");
  REQUIRE(minted.status == 201);
  CHECK(minted.has("cache-control: no-store"));
  const auto made = boost::json::parse(minted.body).as_object();
  const std::string text(made.at("key").as_string());
  CHECK(text.starts_with("sp-"));
  CHECK(made.at("created").as_string() == "2026-11-26T00:00:00Z");
  CHECK(made.at("expires").as_string() == "2027-01-31T00:00:00Z");

  const auto listed = world.ask("GET /admin/v1/keys?team=search");
  CHECK(listed.status == 200);
  CHECK(listed.body.find(text) == std::string::npos);
  const auto row = boost::json::parse(listed.body).as_object().at("data").as_array().at(0).as_object();
  CHECK(row.at("name").as_string() == "ci");
  CHECK(row.at("source").as_string() == "store");
  CHECK(row.at("revoked").is_null());

  const auto rotated = world.json("POST /admin/v1/keys/search/ci/rotate", R"({"grace":"1h"})");
  CHECK(rotated.at("key").as_string() != text);
  CHECK(rotated.at("models").as_array().at(0).as_string() == "chat");
  CHECK(world.json("DELETE /admin/v1/keys/search/ci").at("revoked").as_bool());
  CHECK(world.changes == "minted ci;rotated ci;revoked ci;");
}

TEST_CASE("without a token in the configuration the API is closed, and without the right one from the client too") {
  rig open("");
  const auto closed = open.ask("GET /admin/v1/keys", {}, "letmein");
  CHECK(closed.status == 403);
  CHECK(closed.body.find("admin.token") != std::string::npos);
  rig world;
  CHECK(world.ask("GET /admin/v1/keys", {}, "").status == 401);
  CHECK(world.ask("POST /admin/v1/keys", R"({"team":"search"})", "letmeim").status == 401);
  CHECK(world.keys->all()->empty());
}

TEST_CASE("what cannot be meant is refused with the field and what to write") {
  rig world;
  const auto why = [&](const std::string& body) {
    const auto reply = world.ask("POST /admin/v1/keys", body);
    return std::to_string(reply.status) + " " + reply.body;
  };
  CHECK(why("{").starts_with("400 "));
  CHECK(why("[]").find("one JSON object") != std::string::npos);
  CHECK(why(R"({"team":"serach"})").find("did you mean") != std::string::npos);
  CHECK(why(R"({"team":7})").find("'team' has to be a text") != std::string::npos);
  CHECK(why(R"({"team":"search","models":"chat"})").find("'models' has to be a list of texts") != std::string::npos);
  CHECK(why(R"({"team":"search","expiry":"2027-01-31"})").find("did you mean \\\"expires\\\"?") != std::string::npos);
  CHECK(why(R"({"team":"search","grace":"1h"})").find("'grace' is not known here") != std::string::npos);
  CHECK(world.keys->all()->empty());
}

TEST_CASE("other paths and methods are refused") {
  rig world;
  CHECK(world.ask("GET /admin/v1/teams").status == 404);
  CHECK(world.ask("GET /admin/v1/keysx").status == 404);
  CHECK(world.ask("DELETE /admin/v1/keys").status == 405);
  CHECK(world.ask("DELETE /admin/v1/keys/search").status == 404);
  CHECK(world.ask("POST /admin/v1/keys/search/ci").status == 405);
  CHECK(world.ask("POST /admin/v1/keys/search/ci/renew").status == 404);
  CHECK(world.ask("DELETE /admin/v1/keys/search/no").status == 400);
  CHECK(world.ask("DELETE /admin/v1/keys/search/%63i").body.find("'ci'") != std::string::npos);
}
