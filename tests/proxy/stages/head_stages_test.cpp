/// What is decided on a request's head alone: where it goes, whose it is, whether there is room.

#include "config/addresses.hpp"
#include "proxy/stages/capacity.hpp"
#include "proxy/stages/endpoint.hpp"
#include "proxy/stages/identify.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::stages;

namespace {

const std::string client = "192.0.2.7";
const wall_time today = std::chrono::sys_days{std::chrono::year{2026} / 11 / 26};

config::settings with_team(const std::string& key) {
  config::settings settings;
  auto team = std::make_shared<config::team>();
  team->name = "search";
  team->keys.push_back({"prod", sha256_of(key)});
  settings.teams.emplace("search", team);
  return settings;
}

result<caller> identify_with(const char* name, const std::string& value, const keyring& keys) {
  header_list headers;
  headers.add_if_fit(name, value);
  return identify(headers, {keys, nullptr, {}}, client, today);
}

}  // namespace

TEST_CASE("a key is taken from any of the three headers") {
  const keyring keys(with_team("sp-secret"));
  for (const auto& [name, value] : {std::pair{"authorization", "Bearer sp-secret"}, {"Authorization", "bearer   sp-secret "}, {"x-api-key", "sp-secret"}, {"api-key", " sp-secret"}}) {
    CAPTURE(name);
    const auto owner = identify_with(name, value, keys);
    REQUIRE(owner.has_value());
    CHECK(owner->team->name == "search");
    CHECK(owner->key->name == "prod");
  }
}

TEST_CASE("no key and a wrong key are told apart, a wrong key and half a key are not") {
  const keyring keys(with_team("sp-secret"));
  CHECK(identify({}, {keys, nullptr, {}}, client, today).error().kind == failure_kind::key_missing);
  CHECK(identify_with("authorization", "Basic sp-secret", keys).error().kind == failure_kind::key_missing);
  CHECK(identify_with("authorization", "Bearer ", keys).error().kind == failure_kind::key_missing);
  for (const char* wrong : {"sp-secre", "sp-secret2", "sp-Secret", "x"}) CHECK(identify_with("x-api-key", wrong, keys).error().kind == failure_kind::key_invalid);
  CHECK(identify_with("x-api-key", std::string(5'000, 'k'), keys).error().kind == failure_kind::key_invalid);
}

TEST_CASE("a key that has expired, or comes from outside its networks, is told from an unknown one in the log alone") {
  auto settings = with_team("sp-secret");
  auto team = std::make_shared<config::team>(*settings.teams.at("search"));
  team->keys[0].expires = std::chrono::sys_days{std::chrono::year{2026} / 11 / 27};
  team->keys[0].networks = {*config::network_in("192.0.2.0/24")};
  settings.teams["search"] = team;
  const keyring keys(settings);
  header_list headers;
  headers.add_if_fit("x-api-key", "sp-secret");
  CHECK(identify(headers, {keys, nullptr, settings}, "192.0.2.7", today).has_value());
  const auto expired = identify(headers, {keys, nullptr, settings}, "192.0.2.7", today + std::chrono::days(1));
  const auto outside = identify(headers, {keys, nullptr, settings}, "198.51.100.1", today);
  for (const auto* refused : {&expired, &outside}) {
    REQUIRE(refused->has_error());
    const failure why = refused->error();
    CHECK(why.kind == failure_kind::key_invalid);
    CHECK(why.sentence.empty());
    CHECK(why.detail.find("key prod of team search") == 0);
  }
}

TEST_CASE("without teams the gateway is open") {
  const keyring keys{config::settings{}};
  CHECK(identify({}, {keys, nullptr, {}}, client, today).has_value());
  CHECK(identify({}, {keys, nullptr, {}}, client, today)->team == nullptr);
}

TEST_CASE("each path leads to one thing, and a wrong method names the right one") {
  CHECK(find_endpoint("POST", "/v1/chat/completions")->asks == operation::chat_completions);
  CHECK(find_endpoint("POST", "/v1/completions")->asks == operation::completions);
  CHECK(find_endpoint("POST", "/v1/embeddings")->asks == operation::embeddings);
  CHECK(find_endpoint("GET", "/v1/models")->what == page::list_models);
  CHECK(find_endpoint("HEAD", "/")->what == page::front_door);
  CHECK_FALSE(find_endpoint("HEAD", "/")->needs_key);
  CHECK(find_endpoint("GET", "/v1/models/groq%2Fllama-3%3A8b")->model == "groq/llama-3:8b");
  CHECK(find_endpoint("GET", "/v1/models/a/b")->model == "a/b");

  for (const auto& [path, spoken] : {std::pair{"/v1/chat/completions", dialect_id::openai_chat}, {"/v1/messages", dialect_id::anthropic_messages},
                                     {"/v1/messages/count_tokens", dialect_id::anthropic_messages}, {"/v1/responses", dialect_id::openai_responses}}) {
    CHECK(find_endpoint("POST", path)->speaks == spoken);
    CHECK(dialect_at(path) == spoken);
  }
  CHECK(find_endpoint("POST", "/v1/messages/count_tokens")->asks == operation::count_tokens);
  const auto kept = find_endpoint("GET", "/v1/responses/resp_1");
  REQUIRE(kept.has_error());
  CHECK(kept.error().client_sentence().find("keeps no responses") != std::string_view::npos);

  const auto wrong = find_endpoint("GET", "/v1/chat/completions");
  REQUIRE(wrong.has_error());
  CHECK(wrong.error().kind == failure_kind::method_not_allowed);
  CHECK(wrong.error().client_sentence().find("POST") != std::string_view::npos);
}

TEST_CASE("what is not served is a 404, also with bad percent-encoding") {
  for (const char* path : {"/v1", "/v1/chat", "/v1/chat/completions/", "/V1/chat/completions", "/v1/models/", "/v1/models/%", "/v1/models/%g0", "/v1/models/%2", "*", ""}) {
    CAPTURE(path);
    CHECK(find_endpoint("GET", path).error().kind == failure_kind::unknown_path);
  }
}

TEST_CASE("room is taken in whole or not at all, and comes back with its leases, that of the body before if it goes before") {
  capacity room;
  config::listen_settings limits;
  limits.max_in_flight = 2;
  limits.max_buffered = 100;

  auto first = room.take(60, limits);
  REQUIRE(first.has_value());
  CHECK(room.take(50, limits).error().kind == failure_kind::overloaded);
  CHECK(room.in_flight() == 1);
  CHECK(room.buffered() == 60);
  auto second = room.take(40, limits);
  REQUIRE(second.has_value());
  CHECK(room.take(0, limits).has_error());
  first->body.end();
  CHECK(room.buffered() == 40);
  CHECK(room.take(0, limits).has_error());
  first->request.end();
  CHECK(room.take(0, limits).has_value());
  CHECK(room.buffered() == 40);
}
