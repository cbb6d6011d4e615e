#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

const fake_world world{{{"KEY", "sk-hunter2"}, {"EMPTY", ""}, {"BROKEN", "sk-hunter2\r\nx-evil: 1"}, {"SPACED", " sk-hunter2"}, {"NUMBER",
    "123"}},
                       {{"ca.pem", "-----BEGIN CERTIFICATE-----\n"}, {"no.pem", "hello"}, {"/run/key", "sk-hunter2\n"}}};

std::string with(const std::string& provider) { return "version: 1\nproviders:\n  p: {" + provider + "}\n"; }
std::string said(const std::string& provider) { return problems_of(with(provider), world); }
std::shared_ptr<const config::provider> made(const std::string& provider) {
  const auto loaded = load(with(provider), world);
  REQUIRE_MESSAGE(loaded.value, lines_of(loaded.problems));
  return loaded.value->providers.at("p");
}

}  // namespace

TEST_CASE("a preset brings address, authentication and class") {
  const auto p = made("kind: groq, key: \"${env:KEY}\"");
  CHECK(p->base.text == "https://api.groq.com/openai/v1");
  CHECK(p->auth == config::auth_scheme::bearer);
  CHECK(p->runs_as == deployment_class::hosted);
  CHECK(p->key.reveal() == "sk-hunter2");
  const auto azure = made("kind: azure_openai, key: \"${file:/run/key}\", base_url: 'https://x.openai.azure.com/openai/v1'");
  CHECK(azure->auth == config::auth_scheme::header);
  CHECK(azure->auth_header == "api-key");
  CHECK(!made("kind: mistral, key: \"${env:KEY}\"")->quirks.takes_stream_options);
}

TEST_CASE("an answer whose client has left is ended at once, unless the provider is to be read on for its usage") {
  CHECK(made("kind: vllm")->drain_on_disconnect == std::chrono::milliseconds(0));
  CHECK(made("kind: vllm, drain_on_disconnect: 10s")->drain_on_disconnect == std::chrono::seconds(10));
  CHECK(holds(said("kind: vllm, drain_on_disconnect: 10m"), "p.drain_on_disconnect: "));
}

TEST_CASE("keys of a provider override its preset") {
  const auto p = made("kind: openai, key: \"${env:KEY}\", base_url: 'https://proxy.example.com/v1/', class: hosted, dialect: openai_chat, "
                      "transport: curl, location: eu, ca: ca.pem, headers: {OpenAI-Organization: org-1}");
  CHECK(p->base.text == "https://proxy.example.com/v1");
  CHECK(p->runs_as == deployment_class::hosted);
  CHECK(p->location == "eu");
  CHECK(p->ca_file == "ca.pem");
  REQUIRE(p->headers.size() == 1);
  CHECK(p->headers[0].second == "org-1");
}

TEST_CASE("providers of every class are reached by the gateway's own transport, unless they say otherwise") {
  using enum config::transport_kind;
  CHECK(made("kind: vllm")->goes_by == native);
  CHECK(made("kind: openai, key: \"${env:KEY}\"")->goes_by == native);
  CHECK(made("kind: vllm, transport: curl")->goes_by == curl);
  CHECK(made("kind: openai, key: \"${env:KEY}\", transport: curl")->goes_by == curl);
  CHECK(holds(said("kind: vllm, transport: grpc"), "write native or curl"));
}

TEST_CASE("a provider may speak several languages, the first with clients of none of them") {
  const auto of = [](const std::string& keys) { return made("kind: openai_compatible, base_url: 'http://127.0.0.1:1/v1', " + keys); };
  using enum dialect_id;
  CHECK(of("dialect: anthropic_messages")->spoken_for(openai_chat) == anthropic_messages);
  const auto both = of("dialects: [openai_responses, openai_chat]");
  CHECK(both->spoken_for(openai_chat) == openai_chat);
  CHECK(both->spoken_for(anthropic_messages) == openai_responses);
  CHECK(holds(said("kind: openai, dialect: openai_chat, dialects: [openai_chat]"), "providers.p.dialects: stands beside dialect"));
  CHECK(holds(said("kind: openai, dialects: [openai_chat, openai_chat]"), "stands in this list before"));
  CHECK(holds(said("kind: openai, dialect: gemini"), "dialect"));
}

TEST_CASE("kinds that come later name the door to use instead") {
  CHECK(holds(said("kind: gemini"),
      "kind gemini is not implemented yet in this version; use kind: openai_compatible with base_url: https://"));
  for (const char* kind : {"gemini", "vertex", "bedrock", "cohere"}) CHECK(holds(said(std::string("kind: ") + kind),
      "not implemented yet"));
  CHECK(holds(said("kind: opnai"), "did you mean \"openai\"?"));
  CHECK(holds(said("key: \"${env:KEY}\""), "providers.p.kind: is missing; write kind: PRESET"));
}

TEST_CASE("a secret is one reference and nothing else") {
  for (const char* key : {"sk-hunter2", "\"sk-hunter2\"", "\"sk-hunter2${env:EMPTY}\"", "\"${env:UNSET:-sk-hunter2}\"",
      "\"${env:EMPTY}sk-hunter2\""}) {
    const auto text = said(std::string("kind: openai, key: ") + key);
    CHECK_MESSAGE(holds(text, "providers.p.key: is a secret written into the file"), text);
    CHECK_MESSAGE(!holds(text, "hunter2"), text);
  }
  CHECK(problems_of("allow_inline_secrets: true\n" + with("kind: openai, key: sk-hunter2"), world).empty());
}

TEST_CASE("a secret that would break a header is refused and not shown") {
  for (const char* variable : {"BROKEN", "SPACED", "EMPTY"}) {
    const auto text = said(std::string("kind: openai, key: \"${env:") + variable + "}\"");
    CHECK_MESSAGE(holds(text, "providers.p.key: "), text);
    CHECK(!holds(text, "hunter2"));
    CHECK(!holds(text, "evil"));
  }
}

TEST_CASE("a credential is required unless the provider is in_house or on loopback") {
  CHECK(holds(said("kind: openai"), "providers.p.key: is missing, this provider wants a credential; write key: \"${env:OPENAI_API_KEY}\""));
  CHECK(said("kind: openai_compatible, base_url: 'http://127.0.0.1:9/v1'").empty());
  CHECK(said("kind: openai_compatible, base_url: 'https://models.example.com/v1', class: in_house").empty());
  CHECK(said("kind: ollama").empty());
}

TEST_CASE("kinds without an address of their own want one") {
  CHECK(holds(said("kind: azure_openai, key: \"${env:KEY}\""),
      "providers.p.base_url: is missing, kind azure_openai has none of its own; write one as in https://RESOURCE"));
  CHECK(holds(said("kind: openai_compatible, key: \"${env:KEY}\""), "base_url: is missing"));
}

TEST_CASE("plain http is for loopback, and for in_house within declared networks") {
  const std::string key = ", key: \"${env:KEY}\"";
  CHECK(said("kind: openai, base_url: 'http://localhost:9/v1'" + key).empty());
  CHECK(said("kind: vllm, base_url: 'http://10.0.0.5:8000/v1', networks: [10.0.0.0/8]").empty());
  CHECK(said("kind: vllm, base_url: 'http://gpu.example.com:8000/v1', networks: [10.0.0.0/8]").empty());
  CHECK(holds(said("kind: vllm, base_url: 'http://10.0.0.5:8000/v1'"), "declare the networks it may be in"));
  CHECK(holds(said("kind: openai, base_url: 'http://api.example.com/v1', networks: [10.0.0.0/8]" + key),
      "is plain http to another machine; write https ("));
  CHECK(holds(said("kind: vllm, base_url: 'http://11.0.0.5:8000/v1', networks: [10.0.0.0/8]"),
      "lies outside of the provider's declared networks"));
  CHECK(holds(said("kind: vllm, base_url: 'https://[fd00::1]/v1', networks: [10.0.0.0/8]"), "lies outside"));
}

TEST_CASE("headers must be fit for the wire and not the gateway's own") {
  const std::string before = "kind: vllm, headers: ";
  CHECK(said(before + "{x-a: b}").empty());
  for (const char* name : {"Host", "content-length", "Connection", "transfer-encoding", "Authorization", "TE", "cookie", "Content-Type"})
    CHECK_MESSAGE(holds(said(before + "{" + name + ": b}"), "is a header that the gateway writes itself"), name);
  CHECK(holds(said("kind: azure_openai, key: \"${env:KEY}\", base_url: 'https://x.example.com', headers: {API-Key: b}"), "writes itself"));
  CHECK(holds(said(before + "{\"x a\": b}"), "is not a header name"));
  CHECK(holds(said(before + "{x-a: b, X-A: c}"), "stands twice"));
  const auto broken = said(before + "{x-a: \"${env:BROKEN}\"}");
  CHECK(holds(broken, "control character"));
  CHECK(!holds(broken, "evil"));
  std::string many = "{";
  for (int i = 0; i < 33; ++i) many += "x-" + std::to_string(i) + ": b, ";
  CHECK(holds(said(before + many + "}"), "more than 32 headers"));
}

TEST_CASE("what this version does not have is refused by name") {
  CHECK(holds(said("kind: vllm, region: eu"), "not implemented yet in this version"));
  CHECK(holds(said("kind: vllm, dialect: openai_chats"), "did you mean \"openai_chat\"?"));
  CHECK(holds(said("kind: vllm, class: inhouse"), "did you mean \"in_house\"?"));
}

TEST_CASE("a bundle of certificates must be readable and hold one") {
  CHECK(holds(said("kind: vllm, ca: gone.pem"), "\"gone.pem\" cannot be read"));
  CHECK(holds(said("kind: vllm, ca: no.pem"), "holds no PEM block CERTIFICATE"));
}

TEST_CASE("user information in an address is refused without being shown") {
  const auto text = said("kind: vllm, base_url: 'https://me:hunter2@example.com/v1'");
  CHECK(holds(text, "user name or password"));
  CHECK(!holds(text, "hunter2"));
}

TEST_CASE("a value from a variable may be of any kind") {
  CHECK(made("kind: vllm, location: \"${env:NUMBER}\"")->location == "123");
  CHECK(load(least + "attempts: \"${env:N}\"\n", {{{"N", "4"}}, {}}).value->attempts_max == 4);
}

TEST_CASE("a provider may have several credentials, by the same rule as one") {
  const fake_world two{{{"ONE", "sk-one"}, {"TWO", "sk-two"}, {"SAME", "sk-one"}}, {}};
  const auto keys = [&](const std::string& list) { return problems_of(with("kind: openai, keys: " + list), two); };
  const auto loaded = load(with("kind: openai, keys: [\"${env:ONE}\", \"${env:TWO}\"]"), two);
  REQUIRE_MESSAGE(loaded.value, lines_of(loaded.problems));
  const auto& p = *loaded.value->providers.at("p");
  REQUIRE(p.key_count() == 2);
  CHECK(p.key_at(0).reveal() == "sk-one");
  CHECK(p.key_at(1).reveal() == "sk-two");
  CHECK(holds(keys("[\"${env:ONE}\", \"${env:SAME}\"]"), "p.keys[1]: is a credential that stands in this list before"));
  CHECK(holds(keys("[sk-inline]"), "p.keys[0]: is a secret written into the file"));
  CHECK(holds(problems_of(with("kind: openai, key: \"${env:ONE}\", keys: [\"${env:TWO}\"]"), two), "p.keys: stands beside key"));
  CHECK(made("kind: groq, key: \"${env:KEY}\"")->key_count() == 1);
}

TEST_CASE("an engine of the house is asked for its health as its preset says; others only when that is written") {
  const auto own = made("kind: vllm");
  REQUIRE(own->probe);
  CHECK(own->probe->path == "/health");
  CHECK(own->probe->every == std::chrono::seconds(5));
  CHECK(made("kind: ollama")->probe->path == "/api/version");
  CHECK_FALSE(made("kind: vllm, health: off")->probe);
  CHECK_FALSE(made("kind: vllm, class: hosted, base_url: 'https://gpu.example.com/v1', key: \"${env:KEY}\"")->probe);
  CHECK_FALSE(made("kind: openai, key: \"${env:KEY}\"")->probe);
  CHECK_FALSE(made("kind: openai_compatible, class: in_house, base_url: 'http://127.0.0.1:9/v1'")->probe);
}

TEST_CASE("how a provider is asked for its health may be written") {
  const auto often = made("kind: vllm, health: {every: 2s}");
  CHECK(often->probe->path == "/health");
  CHECK(often->probe->every == std::chrono::seconds(2));
  const auto elsewhere = made("kind: openai, key: \"${env:KEY}\", health: {path: '/status?short=1', every: 30s}");
  CHECK(elsewhere->probe->path == "/status?short=1");
  CHECK(elsewhere->probe->every == std::chrono::seconds(30));
  CHECK(made("kind: openai, key: \"${env:KEY}\", health: {path: /status}")->probe->every == std::chrono::seconds(5));
}

TEST_CASE("a health key that is wrong says what to write") {
  CHECK(holds(said("kind: vllm, health: no"), "providers.p.health: \"no\" is not known here"));
  CHECK(holds(said("kind: vllm, health: {path: health}"), "providers.p.health.path: is not the path of an address; write it as in /health"));
  CHECK(holds(said("kind: vllm, health: {path: '/a b'}"), "is not the path of an address"));
  CHECK(holds(said("kind: vllm, health: {every: 100ms}"), "providers.p.health.every:"));
  CHECK(holds(said("kind: openai, key: \"${env:KEY}\", health: {every: 5s}"), "providers.p.health: lacks path, and kind openai has none of its own"));
  CHECK(holds(said("kind: vllm, health: {pth: /x}"), "did you mean \"path\"?"));
}
