#include "config/load.hpp"
#include "config/root_keys.hpp"
#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

TEST_CASE("the least configuration loads and warns that the gateway is open") {
  const auto made = load(least);
  REQUIRE(made.value);
  CHECK(made.problems.empty());
  REQUIRE(made.warnings.size() == 1);
  CHECK(holds(made.warnings[0].sentence, "the gateway is open"));
  CHECK(made.value->any_provider_model);
  CHECK(made.value->attempts_max == 3);
}

TEST_CASE("the defaults of the table are those of the settings") {
  const auto made = load(least);
  REQUIRE(made.value);
  const config::settings fresh;
  const auto& l = made.value->listen;
  CHECK(l.address.host == fresh.listen.address.host);
  CHECK(l.address.port == fresh.listen.address.port);
  CHECK(l.workers == fresh.listen.workers);
  CHECK(l.max_connections == fresh.listen.max_connections);
  CHECK(l.max_body == fresh.listen.max_body);
  CHECK(l.max_in_flight == fresh.listen.max_in_flight);
  CHECK(l.max_buffered == fresh.listen.max_buffered);
  CHECK(l.header_timeout == fresh.listen.header_timeout);
  CHECK(l.body_timeout == fresh.listen.body_timeout);
  CHECK(l.idle_timeout == fresh.listen.idle_timeout);
  CHECK(l.write_timeout == fresh.listen.write_timeout);
  CHECK(l.drain_timeout == fresh.listen.drain_timeout);
  CHECK(made.value->admin.address.port == fresh.admin.address.port);
  CHECK(made.value->admin.address.host == fresh.admin.address.host);
  CHECK(made.value->state.journal_size == fresh.state.journal_size);
  CHECK(made.value->attempts_max == fresh.attempts_max);
}

TEST_CASE("an unknown key names the nearest one, with its place") {
  CHECK(problems_of(least + "listn: {}\n") == "s.yaml:3:1: listn: is not a known key; did you mean \"listen\"?\n");
  CHECK(problems_of(least +
      "listen:\n  adress: 127.0.0.1:1\n") == "s.yaml:4:3: listen.adress: is not a known key; did you mean \"address\"?\n");
}

TEST_CASE("version is required and must be the one that is read") {
  const std::string rest = "providers: {house: {kind: vllm}}\n";
  CHECK(problems_of(rest) == "s.yaml:1:1: version: is missing; add the line version: 1\n");
  CHECK(holds(problems_of("version: 2\n" + rest), "s.yaml:1:10: version: version 2 is not read by this program; it reads version 1"));
  CHECK(holds(problems_of("version: \"1\"\n" + rest), "remove the quotes"));
  CHECK(holds(problems_of("version:\n" + rest), "has no value"));
}

TEST_CASE("an empty file, and one that is no map, say so") {
  CHECK(holds(problems_of(""), "is empty; `sallyport schema --reference`"));
  CHECK(holds(problems_of("- a\n"), "is a list; it must be a map"));
  CHECK(holds(problems_of("hello\n"), "is one value; it must be a map"));
}

TEST_CASE("an empty map of a noun is refused: it would mean what its absence means") {
  for (const char* noun : {"providers", "deployments", "models", "teams"}) {
    const std::string before = std::string(noun) == "providers" ? "version: 1\n" : least;
    CHECK(holds(problems_of(before + noun + ": {}\n"), std::string(noun) + ": is empty"));
    CHECK(holds(problems_of(before + noun + ":\n"), std::string(noun) + ": has no value"));
  }
}

TEST_CASE("names that do not fit are refused") {
  CHECK(holds(problems_of("version: 1\nproviders: {\"a/b\": {kind: vllm}}\n"), "providers.\"a/b\": is not a fit name"));
  CHECK(holds(problems_of("version: 1\nproviders: {\"\": {kind: vllm}}\n"), "is not a fit name"));
  CHECK(holds(problems_of(least + "models: {\"a b\": {try: [house/x]}}\n"), "is not a fit name for a model"));
  CHECK(problems_of(least + "models: {\"org/model:free\": {try: [house/x]}}\n").empty());
}

TEST_CASE("attempts lie between one and ten") {
  CHECK(load(least + "attempts: 10\n").value->attempts_max == 10);
  CHECK(holds(problems_of(least + "attempts: 0\n"), "too small; the least is 1"));
  CHECK(holds(problems_of(least + "attempts: 11\n"), "too large; the most is 10"));
}

TEST_CASE("a plain number is accepted where a text is wanted") {
  const auto made = load("version: 1\nproviders: {house: {kind: vllm, location: 42}}\n");
  REQUIRE(made.value);
  CHECK(made.value->providers.at("house")->location == "42");
}

TEST_CASE("all problems are said at once, in order of place") {
  const std::string text =
      "version: 1\n"
      "listen: {address: ':7070', workers: \"2\", max_body: 10, idle_timeout: 30}\n"
      "providers:\n"
      "  openai: {kind: opnai}\n"
      "  groq: {kind: groq, key: \"${env:UNSET}\"}\n"
      "  groq: {kind: groq}\n"
      "deployments:\n"
      "  d: {provider: gorq, model: m, price: {input: 1.0000000001, output: 1}}\n"
      "models:\n"
      "  chat: {try: [dd, grok/x], resume: perhaps}\n"
      "teams:\n"
      "  t: {keys: [{name: k, sha256: abc}], models: [chatt], budget: {}}\n"
      "polices: []\n";
  const std::vector<std::string> wanted{
      "s.yaml:2:19: listen.address: ",   "s.yaml:2:37: listen.workers: ",         "s.yaml:2:52: listen.max_body: ",
      "s.yaml:2:70: listen.idle_timeout: \"30\" has no unit; write 30s",
      "s.yaml:4:18: providers.openai.kind: \"opnai\" is not a known kind; did you mean \"openai\"?",
      "s.yaml:5:27: providers.groq.key: variable UNSET is not set",
      "s.yaml:6:3: providers.groq: key \"groq\" stands twice, first in line 5",
      "s.yaml:8:17: deployments.d.provider: provider \"gorq\" is not defined; did you mean \"groq\"?",
      "s.yaml:8:48: deployments.d.price.input: ",
      "s.yaml:10:16: models.chat.try[0]: deployment \"dd\" is not defined; did you mean \"d\"?",
      "s.yaml:10:20: models.chat.try[1]: provider \"grok\" is not defined; did you mean \"groq\"?",
      "s.yaml:10:37: models.chat.resume: ",
      "s.yaml:12:32: teams.t.keys[0].sha256: ",
      "s.yaml:12:48: teams.t.models[0]: model \"chatt\" is not defined; did you mean \"chat\"?",
      "s.yaml:12:56: teams.t.budget.usd: is missing",
      "s.yaml:13:1: polices: is not a known key"};
  const auto made = load(text);
  CHECK(!made.value);
  REQUIRE_MESSAGE(made.problems.size() == wanted.size(), lines_of(made.problems));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto line = to_string(made.problems[i]);
    CHECK_MESSAGE(line.starts_with(wanted[i]), line << "\n  wanted: " << wanted[i]);
  }
}

TEST_CASE("what cannot be read makes no further problem of what refers to it") {
  const auto said = problems_of("version: 1\nproviders: {p: {kind: nope}}\ndeployments: {d: {provider: p}}\nmodels: {m: {try: [d, "
      "p/x]}}\n");
  CHECK(said == "s.yaml:2:23: providers.p.kind: \"nope\" is not a known kind; known are: " + [&] {
    return said.substr(said.find("known are: ") + 11, said.find('\n') - said.find("known are: ") - 11);
  }() + "\ns.yaml:3:15: deployments.d.model: is missing; write model: NAME\n");
}

TEST_CASE("a problem without a place begins with its file") {
  CHECK(to_string(config::problem{"f", 0, 0, "", "said"}) == "f: said");
  CHECK(to_string(config::problem{"f", 2, 3, "a.b", "said"}) == "f:2:3: a.b: said");
}

TEST_CASE("thousands of problems are counted, not kept") {
  std::string text = least;
  for (int i = 0; i < 3000; ++i) text += "unknown" + std::to_string(i) + ": 1\n";
  const auto made = load(text);
  CHECK(made.problems.size() == 1001);
  CHECK(holds(made.problems.back().sentence, "2000 more"));
}
