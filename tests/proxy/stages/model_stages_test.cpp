/// Which models a team sees and may ask for, and how they are listed.

#include "proxy/stages/find_model.hpp"
#include "proxy/stages/list_models.hpp"
#include "tests/support/fleet.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::stages;

namespace {

config::settings two_models() {
  config::settings settings;
  settings.models.emplace("chat", tests::make_model("chat", {"a"}));
  settings.models.emplace("embed", tests::make_model("embed", {"a"}));
  return settings;
}

}  // namespace

TEST_CASE("a team sees all models, or those that it is given") {
  const auto settings = two_models();
  const auto team = std::make_shared<config::team>();
  const caller who{team, nullptr};
  CHECK(visible_models(settings, {}) == std::vector<std::string>{"chat", "embed"});
  CHECK(visible_models(settings, who).size() == 2);
  team->models = {"embed"};
  CHECK(visible_models(settings, who) == std::vector<std::string>{"embed"});
  CHECK(find_model(settings, who, "embed").has_value());
  CHECK(find_model(settings, who, "chat").error().kind == failure_kind::model_not_allowed);
}

TEST_CASE("a key may be for some of its team's models only") {
  const auto settings = two_models();
  const auto team = std::make_shared<config::team>();
  const auto key = std::make_shared<config::key>(config::key{.name = "prod", .models = {"embed"}});
  CHECK(visible_models(settings, {team, key}) == std::vector<std::string>{"embed"});
  CHECK(find_model(settings, {team, key}, "chat").error().kind == failure_kind::model_not_allowed);
  team->models = {"chat"};
  CHECK(visible_models(settings, {team, key}).empty());
}

TEST_CASE("an unknown model is a 404 that names those there are, and never echoes control characters") {
  const auto settings = two_models();
  const auto unknown = find_model(settings, {}, "chta\r\nx");
  REQUIRE(unknown.has_error());
  CHECK(traits(unknown.error().kind).status == 404);
  CHECK(unknown.error().param == "model");
  const failure why = unknown.error();
  const auto sentence = why.client_sentence();
  CHECK(sentence.find("chat, embed") != std::string_view::npos);
  CHECK(sentence.find('\r') == std::string_view::npos);
  CHECK(find_model(settings, {}, std::string(5'000, 'm')).error().client_sentence().size() < 300);
}

TEST_CASE("the list has OpenAI's shape") {
  const auto settings = two_models();
  const std::string chat_row = R"({"id":"chat","object":"model","created":7,"owned_by":"sallyport","type":"model","display_name":"chat","created_at":"1970-01-01T00:00:07Z"})";
  const auto listed = list_models(settings, {}, 7);
  CHECK(listed.starts_with(R"({"object":"list","data":[)"));
  CHECK(listed.find(chat_row) != std::string::npos);
  CHECK(listed.find(R"("has_more":false,"first_id":")") != std::string::npos);
  CHECK(*show_model(settings, {}, "chat", 7) == chat_row);
  CHECK(show_model(settings, {}, "no", 7).error().kind == failure_kind::unknown_model);
}
