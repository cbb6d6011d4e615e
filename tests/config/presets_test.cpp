#include "config/presets.hpp"

#include "config/addresses.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace sallyport;
using namespace sallyport::config;

TEST_CASE("every preset is whole") {
  std::set<std::string> names;
  for (const auto& one : presets()) {
    CHECK(names.insert(one.name).second);
    CHECK((one.base.has_value() || !one.example.empty()));
    CHECK(!one.variable.empty());
    if (one.base) CHECK((one.base->tls || is_loopback(one.base->host)));
    if (one.runs_as == deployment_class::in_house) CHECK(is_loopback(one.base->host));
    if (!one.health_path.empty()) CHECK(one.health_path.starts_with("/"));
  }
}

TEST_CASE("every kind of the documented list is a preset or said to come later") {
  for (const char* kind : {"openai", "azure_openai", "anthropic", "gemini", "vertex", "bedrock", "cohere", "mistral", "groq", "together",
      "fireworks",
                           "deepseek", "xai", "openrouter", "cerebras", "perplexity", "nvidia", "huggingface", "vllm", "sglang",
                               "llamacpp", "ollama",
                           "lmstudio", "tgi", "openai_compatible"})
    CHECK_MESSAGE((preset_named(kind) != nullptr) != (later_kind_named(kind) != nullptr), kind);
  CHECK(presets().size() == 21);
}

TEST_CASE("what departs from the dialect stands in the preset") {
  CHECK(!preset_named("mistral")->quirks.takes_stream_options);
  CHECK(preset_named("perplexity")->quirks.may_end_without_done);
  CHECK(preset_named("openai")->quirks.takes_max_completion_tokens);
  CHECK(preset_named("groq")->quirks == quirks{});
  CHECK(preset_named("mistral")->quirks.tool_id_length == 9);
  CHECK(preset_named("mistral")->quirks.wants_answer_after_tool);
  CHECK(preset_named("deepseek")->quirks.reasoning_member == "reasoning_content");
}

TEST_CASE("a vendor's own languages stand in the preset, and all others speak openai_chat") {
  using enum dialect_id;
  CHECK(preset_named("anthropic")->speaks == std::vector{anthropic_messages});
  CHECK(preset_named("anthropic")->auth_header == "x-api-key");
  CHECK(preset_named("openai")->speaks == std::vector{openai_chat, openai_responses});
  CHECK(preset_named("vllm")->speaks == std::vector{openai_chat});
  CHECK(preset_named("azure_openai")->auth == auth_scheme::header);
}
