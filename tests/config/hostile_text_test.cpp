#include "config/source_text.hpp"
#include "fake_world.hpp"
#include "tests/support/corpora.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

/// JSON strings are YAML's double-quoted ones, but for what serialize leaves as it is.
std::string as_yaml(const std::string& text) { return boost::json::serialize(boost::json::value(text)); }

std::vector<std::string> naughty_strings() {
  std::vector<std::string> made;
  const auto folder = corpora();
  if (!folder) return made;
  const auto parsed = boost::json::parse(whole_file(*folder / "blns" / "blns.json"));
  for (const auto& one : parsed.as_array()) made.emplace_back(one.as_string());
  return made;
}

/// Either settings or problems, and every sentence is one line of valid text.
void check_said(const config::loaded& made, const std::string& what) {
  CHECK_MESSAGE((made.value != nullptr) == made.problems.empty(), what);
  for (const auto& one : made.problems) {
    std::string_view rest = one.sentence;
    while (const auto length = config::utf8_length(rest)) rest.remove_prefix(length);
    CHECK_MESSAGE(rest.empty(), what);
    CHECK_MESSAGE(one.sentence.find('\n') == std::string::npos, what);
    CHECK_MESSAGE(one.sentence.size() < 2000, what);
  }
}

}  // namespace

TEST_CASE("naughty strings as names and values end in settings or problems") {
  const auto strings = naughty_strings();
  if (strings.empty()) return say_skipped("no blns/blns.json");
  CHECK(strings.size() > 400);
  for (const auto& text : strings) {
    const auto naughty = as_yaml(text);
    check_said(load("version: 1\nproviders: {" + naughty + ": {kind: vllm}}\n"), text);
    check_said(load("version: 1\nproviders: {p: {kind: " + naughty + ", base_url: " + naughty + ", location: " + naughty + "}}\n"), text);
    check_said(load(least + "models: {" + naughty + ": {try: [" + naughty + "]}}\nteams: {" + naughty + ": {models: [" + naughty +
        "]}}\n"), text);
    check_said(load(least + "listen: {address: " + naughty + ", workers: " + naughty + ", max_body: " + naughty + ", " + naughty +
        ": 1}\n"), text);
    check_said(load(text), text);
  }
}

TEST_CASE("no secret is ever in a problem's text, whatever it holds") {
  const auto strings = naughty_strings();
  if (strings.empty()) return say_skipped("no blns/blns.json");
  for (const auto& text : strings) {
    const std::string marked = "hunter2" + text;
    const fake_world world{{{"S", marked}}, {{"f", marked}}};
    const std::string literal = as_yaml(marked);
    for (const std::string& value : {literal, std::string("\"${env:S}\""), std::string("\"x${env:S}\""), std::string("\"${file:f}\"")}) {
      // An unknown key makes sure that there is a problem.
      const auto made = load("version: 1\nwrong: 1\nadmin: {token: " + value + "}\nproviders: {p: {kind: openai, key: " + value +
          ", headers: {x-a: " + value +
                                 "}}}\nteams: {t: {keys: [{name: k, value: " + value + "}, {name: j, sha256: " + value + "}]}}\n",
                             world);
      REQUIRE(!made.problems.empty());
      CHECK_MESSAGE(!holds(lines_of(made.problems) + lines_of(made.warnings), "hunter2"), lines_of(made.problems));
    }
  }
}

TEST_CASE("what comes from outside is never shown, in whatever key it stands") {
  const fake_world world{{{"S", "hunter2 x"}}, {}};
  const std::string v = "\"${env:S}\"";
  const auto made = load("version: " + v + "\nattempts: " + v + "\nlisten: {address: " + v + ", workers: " + v + ", max_body: " + v +
      ", idle_timeout: " + v + "}\nproviders: {p: {kind: " + v +
                             ", class: " + v + ", transport: " + v + ", networks: [" + v + "], base_url: " + v +
                                 "}}\ndeployments: {d: {provider: " + v + ", model: " + v +
                             ", price: {input: " + v + ", output: " + v + "}}}\nmodels: {m: {try: [" + v + "], resume: " + v +
                                 "}}\nteams: {t: {models: [" + v + "]}}\ninclude: [" + v + "]\n",
                         world);
  CHECK(made.problems.size() > 15);
  CHECK_MESSAGE(!holds(lines_of(made.problems), "hunter2"), lines_of(made.problems));
}

TEST_CASE("an example cut at every byte, and with every byte changed, is read or refused") {
  const auto text = whole_file(sallyport::tests::source_dir() / "deploy" / "examples" / "small.yaml");
  REQUIRE(text.size() > 500);
  const fake_world world{{{"GROQ_API_KEY", "g"}, {"OPENAI_API_KEY", "o"}, {"SEARCH_KEY", "s"}}, {}};
  for (std::size_t i = 0; i <= text.size(); ++i) check_said(load(std::string_view(text).substr(0, i), world), std::to_string(i));
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {'{', ':', '*', '&', '\t', '\n', '"', '\0', '\xff'}) {
      auto changed = text;
      changed[i] = c;
      check_said(load(changed, world), std::to_string(i));
    }
  }
}
