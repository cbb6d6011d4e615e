#include "config/policies.hpp"

#include "fake_world.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

/// A house, a host in Europe with certificates and a vendor that says nothing of itself.
const std::string three =
    "version: 1\n"
    "providers:\n"
    "  house: {kind: vllm, location: eu}\n"
    "  host: {kind: openai_compatible, class: hosted, base_url: 'https://host.example/v1', key: '${env:KEY}', location: eu, retention: 0d, "
    "trains_on_data: false, certifications: [soc2, iso27001]}\n"
    "  vendor: {kind: openai, key: '${env:KEY}'}\n"
    "models:\n"
    "  chat: {try: [house/a, host/b, vendor/c]}\n"
    "  cloud: {try: [host/b, vendor/c]}\n";
const fake_world world{{{"KEY", "k-123"}}, {}};

config::loaded loaded(const std::string& more) { return load(three + more, world); }
std::string said(const std::string& more) { return problems_of(three + more, world); }
std::string said_of(const std::string& policies) { return said("policies: [" + policies + "]\n"); }

/// The deployments that a requirement leaves, by the letters of their names.
std::string left_by(const std::string& require) {
  const auto made = loaded("policies: [{name: p, require: '" + require + "'}]\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  std::string left;
  for (const auto& [name, one] : made.value->deployments) {
    config::condition_facts target;
    config::describe(*one, target);
    if (made.value->policies.front().require.holds(target)) left += name.back();
  }
  return left;
}

}  // namespace

TEST_CASE("the built-in policy stands behind those of the file") {
  const auto made = loaded("policies: [{name: eu-only, when: 'data_class >= \"internal\"', require: 'location == \"eu\"'}]\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  REQUIRE(made.value->policies.size() == 2);
  CHECK(made.value->policies[0].name == "eu-only");
  CHECK_FALSE(made.value->policies[0].built_in);
  CHECK(made.value->policies[1].built_in);
  CHECK(made.value->policies[1].name == "restricted");
  CHECK(made.value->policies[1].when->text() == "data_class == \"restricted\"");
  CHECK(made.value->policies[1].require.text() == "class == \"in_house\"");
  CHECK(loaded("").value->policies.size() == 1);
}

TEST_CASE("a requirement is asked of what a provider declares, and what it does not declare meets none") {
  CHECK(left_by("class == \"in_house\"") == "a");
  CHECK(left_by("class in [\"in_house\", \"hosted\"]") == "ba");
  CHECK(left_by("location == \"eu\"") == "ba");
  CHECK(left_by("!(location == \"eu\") || provider == \"vendor\"") == "c");
  CHECK(left_by("provider == \"host\" || !(location == \"eu\")") == "b");   // the vendor's place is not known: neither
  CHECK(left_by("retention <= 30d") == "ba");
  CHECK(left_by("!(retention > 30d)") == "ba");
  CHECK(left_by("!trains_on_data") == "ba");
  CHECK(left_by("certifications.soc2 && certifications.iso27001") == "b");
  CHECK(left_by("certifications.soc2 || class == \"in_house\"") == "ba");
  CHECK(left_by("deployment == \"vendor/c\"") == "c");
  CHECK(left_by("has(retention)") == "ba");
}

TEST_CASE("a policy named restricted replaces the built-in one, and has to be for every restricted call") {
  const auto made = loaded("policies: [{name: restricted, when: 'data_class >= \"confidential\"', require: 'location == \"eu\"'}]\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  REQUIRE(made.value->policies.size() == 1);
  CHECK(made.value->policies[0].require.text() == "location == \"eu\"");
  CHECK(loaded("policies: [{name: restricted, require: 'class == \"in_house\"'}]\nteams: {t: {models: [chat]}}\n").value);
  CHECK(holds(said_of("{name: restricted, when: 'data_class == \"restricted\" && model == \"chat\"', require: 'location == \"eu\"'}"),
              "it has to be for every restricted call"));
}

TEST_CASE("a policy that cannot be meant is a problem with its place") {
  CHECK(holds(said_of("{require: 'class == \"in_house\"'}"), "policies[0].name: is missing"));
  CHECK(holds(said_of("{name: p}"), "policies[0].require: is missing"));
  CHECK(holds(said_of("{name: 'a b', require: 'class == \"in_house\"'}"), "policies[0].name: is not a fit name"));
  CHECK(holds(said_of("{name: p, require: 'class == \"in_house\"'}, {name: p, require: 'class == \"in_house\"'}"), "another policy has the name"));
  CHECK(holds(said_of("{name: p, require: 'class == \"inhouse\"'}"), "did you mean \"in_house\"?"));
  CHECK(holds(said_of("{name: p, require: 'location == \"us\"'}"), "location is never \"us\" here"));
  CHECK(holds(said_of("{name: p, require: 'certifications.hipaa'}"), "no provider declares \"hipaa\" in its certifications"));
  CHECK(holds(said_of("{name: p, require: 'certifications'}"), "as in certifications.soc2"));
  CHECK(holds(said_of("{name: p, require: 'retention < 30'}"), "is not a number of days; write it as 0d or 30d"));
  CHECK(holds(said_of("{name: p, require: 'data_class == \"restricted\"'}"), "\"data_class\" is not a name here"));
  CHECK(holds(said_of("{name: p, when: 'class == \"hosted\"', require: 'class == \"in_house\"'}"), "\"class\" is not a name here"));
  CHECK(holds(said_of("{name: p, when: 'data_class == \"internal\"', require: 'class == \"in_house\"'}"), "for the top class \"restricted\" alone"));
  CHECK(holds(said_of("{name: p, require: 'class == \"hosted\" && certifications.soc2 && retention > 10d'}"), "no deployment of this configuration meets it"));
}

TEST_CASE("a condition takes no reference, so that none can be quoted") {
  const auto text = said_of("{name: p, when: '${env:KEY} == 1', require: 'class == \"in_house\"'}");
  CHECK(holds(text, "policies[0].when: takes no ${...}"));
  CHECK(!holds(text, "k-123"));
  const auto rule = said("teams: {t: {models: [chat], rules: [{when: 'model == \"${env:KEY}\"', try: [house/a]}]}}\n");
  CHECK(holds(rule, "rules[0].when: takes no ${...}"));
  CHECK(!holds(rule, "k-123"));
}

TEST_CASE("a class that no deployment may serve is a problem at load") {
  const std::string closed = "policies: [{name: at-home, when: 'data_class >= \"confidential\"', require: 'class == \"in_house\"'}]\n";
  CHECK(said(closed + "teams: {t: {data_class: confidential}}\n").empty());
  CHECK(holds(said(closed + "teams: {t: {data_class: confidential, models: [cloud]}}\n"),
              "teams.t.models[0]: no deployment of this model may serve a call of class confidential: policy at-home requires class == \"in_house\""));
  CHECK(holds(said("teams: {t: {data_class: restricted, models: [chat], rules: [{when: stream, try: [vendor/c]}]}}\n"),
              "teams.t.rules[0].try: none of these may serve a call of class restricted: policy restricted (built in) requires"));
  const std::string team_only = "policies: [{name: none, when: 'team == \"t\"', require: 'provider == \"host\"'}]\n";
  CHECK(said(team_only + "teams: {t: {models: [chat]}, u: {models: [chat]}}\n").empty());
  const std::string vendor = "version: 1\nproviders: {openai: {kind: openai, key: '${env:KEY}'}}\nmodels: {chat: {try: [openai/c]}}\n";
  CHECK(problems_of(vendor + "teams: {t: {models: [chat]}}\n", world).empty());
  CHECK(holds(problems_of(vendor + "teams: {t: {data_class: restricted}}\n", world),
              "teams.t.data_class: no deployment may serve a call of class restricted"));
  CHECK(holds(problems_of(vendor + "teams: {t: {keys: [{name: k, sha256: " + std::string(64, 'a') + ", data_class: restricted}]}}\n", world),
              "teams.t.keys[0].data_class: no deployment may serve a call of class restricted"));
  CHECK(holds(problems_of(vendor + "privacy: {attachments: restricted}\n", world), "privacy.attachments: no deployment may serve"));
}

TEST_CASE("detectors are asked for by name, and patterns are checked") {
  const auto made = loaded("privacy: {detect: [payment_card, iban], patterns: [{name: case, regex: 'CASE-[0-9]{6}'}], action: refuse, raise_to: confidential, "
                           "unscanned: internal, scan_limit: 1MiB, scan_timeout: 50ms}\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  const auto& privacy = made.value->privacy;
  CHECK(privacy.detect == std::vector<std::string>{"payment_card", "iban"});
  CHECK(privacy.patterns.front().regex == "CASE-[0-9]{6}");
  CHECK(privacy.action == config::found_data::refuse);
  CHECK(privacy.raise_to == data_class::confidential);
  CHECK(privacy.unscanned == data_class::internal);
  CHECK(privacy.scan_limit == 1u << 20);
  CHECK(holds(said("privacy: {detect: [payment_cards]}\n"), "did you mean \"payment_card\"?"));
  CHECK(holds(said("privacy: {detect: [iban, iban]}\n"), "privacy.detect[1]: stands twice"));
  CHECK(holds(said("privacy: {action: raise}\n"), "privacy.action: says how detectors work, and there are none"));
  CHECK(holds(said("privacy: {detect: [iban], action: redact}\n"), "is not implemented yet in this version"));
  CHECK(holds(said("privacy: {patterns: [{name: iban, regex: 'x'}]}\n"), "is a built-in detector"));
  CHECK(holds(said("privacy: {patterns: [{name: a, regex: '('}]}\n"), "is not a regular expression (missing ): ()"));
  CHECK(holds(said("privacy: {patterns: [{name: a, regex: 'x*'}]}\n"), "matches the empty text"));
  CHECK(holds(said("privacy: {patterns: [{name: a, regex: 'x'}, {name: a, regex: 'y'}]}\n"), "another pattern has the name"));
}

TEST_CASE("privacy says which header names a conversation, and what attachments are") {
  const auto made = loaded("privacy: {attachments: confidential, session_header: x-thread, session_memory: 7d}\n");
  REQUIRE_MESSAGE(made.value, lines_of(made.problems));
  CHECK(made.value->privacy.attachments == data_class::confidential);
  CHECK(made.value->privacy.session_header == "x-thread");
  CHECK(made.value->privacy.session_memory == std::chrono::hours(24 * 7));
  CHECK(loaded("").value->privacy.session_header == "x-sallyport-session");
  CHECK(holds(said("privacy: {session_header: 'a b'}\n"), "is not a header name"));
}
