#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

TEST_CASE("each key in the environment makes a provider") {
  const fake_world world{{{"OPENAI_API_KEY", "a"}, {"GROQ_API_KEY", "b"}, {"MISTRAL_API_KEY", ""}, {"AZURE_OPENAI_API_KEY", "c"}}, {}};
  const auto made = config::from_environment(world.around(), {});
  REQUIRE(made.value);
  CHECK(made.value->providers.size() == 2);
  CHECK(made.value->providers.at("openai")->key.reveal() == "a");
  CHECK(made.value->providers.at("groq")->base.host == "api.groq.com");
  CHECK(made.value->any_provider_model);
  CHECK(holds(lines_of(made.warnings), "open"));
}

TEST_CASE("each engine that answers makes a provider, with its key when there is one") {
  const fake_world world{{{"VLLM_API_KEY", "v"}, {"OLLAMA_API_KEY", ""}}, {}};
  const auto made = config::from_environment(world.around(), config::well_known_engines());
  REQUIRE(made.value);
  CHECK(made.value->providers.size() == 3);
  CHECK(made.value->providers.at("vllm")->key.reveal() == "v");
  CHECK(made.value->providers.at("ollama")->key.empty());
  CHECK(made.value->providers.at("llamacpp")->runs_as == deployment_class::in_house);
  CHECK(!config::from_environment(world.around(), {}).value);
}

TEST_CASE("the well-known engines are on this machine") {
  std::map<std::string, std::string> found;
  for (const auto& engine : config::well_known_engines()) found[engine.kind] = engine.base_url;
  CHECK(found == std::map<std::string, std::string>{
                     {"ollama", "http://127.0.0.1:11434/v1"}, {"vllm", "http://127.0.0.1:8000/v1"}, {"llamacpp",
                         "http://127.0.0.1:8080/v1"}});
}

TEST_CASE("with nothing found one problem says what to set and names the demo") {
  const auto made = config::from_environment(fake_world{}.around(), {});
  CHECK(!made.value);
  REQUIRE(made.problems.size() == 1);
  CHECK(holds(made.problems[0].sentence, "OPENAI_API_KEY"));
  CHECK(holds(made.problems[0].sentence, "`sallyport demo`"));
}

TEST_CASE("a broken key is a problem that does not show it") {
  const auto made = config::from_environment(fake_world{{{"OPENAI_API_KEY", "hunter2\n"}}, {}}.around(), {});
  CHECK(!made.value);
  CHECK(holds(lines_of(made.problems), "OPENAI_API_KEY"));
  CHECK(!holds(lines_of(made.problems), "hunter2"));
}

TEST_CASE("a vendor whose dialect comes later is named in a warning") {
  const auto made = config::from_environment(fake_world{{{"GEMINI_API_KEY", "a"}, {"OPENAI_API_KEY", "b"}}, {}}.around(), {});
  REQUIRE(made.value);
  CHECK(holds(lines_of(made.warnings), "GEMINI_API_KEY: is set, but kind gemini is not implemented yet"));
}
