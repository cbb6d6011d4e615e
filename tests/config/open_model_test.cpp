#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

TEST_CASE("PROVIDER/MODEL is a model by itself when there are no models") {
  const auto made = load("version: 1\nproviders: {openai: {kind: openai, key: \"${env:K}\"}, house: {kind: vllm}}\n", {{{"K", "k"}}, {}});
  REQUIRE(made.value);
  const auto model = config::open_model(*made.value, "openai/gpt-4o-mini");
  REQUIRE(model);
  CHECK(model->name == "openai/gpt-4o-mini");
  REQUIRE(model->try_in_order.size() == 1);
  CHECK(model->try_in_order[0]->model == "gpt-4o-mini");
  CHECK(model->try_in_order[0]->at == made.value->providers.at("openai"));
  CHECK(model->try_in_order[0]->price);
  CHECK(config::open_model(*made.value, "house/org/m:8b")->try_in_order[0]->model == "org/m:8b");
  for (const char* wrong : {"", "openai", "openai/", "gone/x", "/x", "openai/a b", "openai/a\r\nb"}) CHECK(!config::open_model(*made.value,
      wrong));
}
