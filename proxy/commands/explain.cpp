#include "proxy/commands/explain.hpp"

#include "proxy/commands/configuration.hpp"
#include "proxy/commands/decision.hpp"
#include "proxy/commands/estimate.hpp"
#include "proxy/observe/usd_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>

namespace sallyport::commands {
namespace {

int refuse(const std::string& sentence) {
  std::cerr << sentence << '\n';
  return failed;
}

estimate estimate_for(const decision& of, const config::deployment& to) {
  return estimate_of(to, of.known.prompt_tokens, of.output_tokens, of.at);
}

std::string_view word_of(policy::rule_verdict::state state) {
  switch (state) {
    case policy::rule_verdict::state::met: return "met";
    case policy::rule_verdict::state::not_met: return "not met";
    case policy::rule_verdict::state::not_asked: break;
  }
  return "not asked: one before it was met";
}

/// What the call takes, as the configuration says it.
std::string limits_of(const decision& made) {
  if (!made.team) return "none";
  std::string text;
  const auto add = [&text](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  const auto& limits = made.team->limits;
  if (limits.requests) add("1 request of " + limits.requests->text);
  if (limits.tokens) add(std::to_string(made.known.prompt_tokens + made.output_tokens) + " tokens of " + limits.tokens->text);
  if (limits.concurrency > 0) add("1 of " + std::to_string(limits.concurrency) + " calls at once");
  if (const auto* first = made.route.current(); made.team->money && first)
    add(estimate_for(made, first->target.deployment()).cost + " USD of " + observe::usd_text(made.team->money->limit));
  return text.empty() ? "none" : text;
}

boost::json::object as_json(const estimate& what) {
  const auto or_null = [](const std::string& text) { return text.empty() ? boost::json::value(nullptr) : boost::json::value(text); };
  return {{"basis", or_null(what.basis)},
          {"version", or_null(what.version)},
          {"from", or_null(what.from)},
          {"above", what.above},
          {"usd_per_hour", or_null(what.per_hour)}};
}

boost::json::object as_json(const asked_in& how) {
  boost::json::array warnings;
  for (const auto& one : how.warnings) warnings.push_back(boost::json::value(written(one)));
  return {{"dialect", name_of(how.spoken)},
          {"translated", how.is_translated},
          {"warnings", std::move(warnings)},
          {"cannot", how.cannot.empty() ? boost::json::value(nullptr) : boost::json::value(how.cannot)}};
}

std::string in_words(const asked_in& how) {
  std::string text(name_of(how.spoken));
  text += how.is_translated ? ", translated" : ", relayed as it is";
  for (const auto& one : how.warnings) text += "\n       " + written(one);
  return how.cannot.empty() ? text : text + "\n     passed over: " + how.cannot;
}

boost::json::object as_json(const decision& made) {
  boost::json::array steps;
  for (const auto& one : made.route.candidates()) {
    const auto& to = one.target.deployment();
    const auto price = estimate_for(made, to);
    steps.push_back({{"deployment", to.name},
                     {"provider", to.at->name},
                     {"model", to.model},
                     {"class", name_of(to.at->runs_as)},
                     {"reason", one.reason},
                     {"asked_in", as_json(made.asked_in.at(steps.size()))},
                     {"estimated_cost_usd", price.cost},
                     {"price", price.version.empty() ? std::string("unknown") : price.version},
                     {"price_applied", as_json(price)}});
  }
  boost::json::array rules;
  for (const auto& one : made.rules) {
    boost::json::array why;
    for (const auto& part : one.why) why.push_back({{"condition", part.text}, {"holds", part.holds}, {"saw", part.saw}});
    rules.push_back({{"rule", one.rule->name}, {"verdict", word_of(one.is)}, {"why", std::move(why)}});
  }
  boost::json::array excluded;
  for (const auto& one : made.route.excluded()) excluded.push_back({{"deployment", one.deployment}, {"reason", one.reason}, {"policy", one.policy}});
  boost::json::value refusal = nullptr;
  if (made.refusal) {
    const auto& fixed = traits(made.refusal->kind);
    refusal = {{"status", fixed.status}, {"reason", fixed.name}, {"sentence", made.refusal->client_sentence()}};
  }
  return {{"team", made.known.team},
          {"model", made.known.model},
          {"data_class", name_of(made.known.sensitivity)},
          {"data_class_raised_by", made.known.raised_by},
          {"prompt_tokens_estimate", made.known.prompt_tokens},
          {"output_tokens_reckoned", made.output_tokens},
          {"tags", made.known.tags},
          {"limits", limits_of(made)},
          {"rules", std::move(rules)},
          {"plan", std::move(steps)},
          {"excluded", std::move(excluded)},
          {"refusal", std::move(refusal)}};
}

void print_rules(const decision& made) {
  if (made.rules.empty()) return;
  std::cout << "\nrules of the team, the first that is met decides\n";
  for (const auto& one : made.rules) {
    std::cout << "  " << one.rule->name << ": " << word_of(one.is) << (one.rule->when ? "" : " (no condition)") << '\n';
    for (const auto& part : one.why) std::cout << "     " << (part.holds ? "true   " : "false  ") << part.text << ": " << part.saw << '\n';
  }
}

void print_text(const decision& made, const config::settings& settings) {
  const auto& limits = made.model->timeouts;
  std::cout << "team         " << (made.known.team.empty() ? "(none: the gateway is open, or no team was named)" : made.known.team) << '\n'
            << "model        " << made.known.model << '\n'
            << "data class   " << name_of(made.known.sensitivity)
            << (made.known.raised_by.empty() ? std::string() : ", raised by " + made.known.raised_by) << '\n'
            << "prompt       about " << made.known.prompt_tokens << " tokens; answer reckoned with "
            << made.output_tokens << '\n'
            << "takes        " << limits_of(made) << '\n'
            << "attempts     at most " << settings.attempts_max << " sends, " << limits.total.count() << " ms in all\n"
            << "timeouts     connect " << limits.connect.count() << " ms, first token " << limits.first_token.count() << " ms, idle "
            << limits.idle.count() << " ms, unstreamed attempt " << limits.attempt.count() << " ms\n";
  print_rules(made);
  std::cout << "\nplan\n";
  std::size_t place = 0;
  for (const auto& one : made.route.candidates()) {
    const auto& how = made.asked_in.at(place);
    const auto& to = one.target.deployment();
    std::cout << "  " << ++place << ". " << to.name << "  (" << name_of(to.at->runs_as) << ", " << to.at->name << ", model " << to.model << ")\n"
              << "     why: " << one.reason << "; cost about " << in_words(estimate_for(made, to)) << '\n'
              << "     asked in " << in_words(how) << '\n';
  }
  if (made.refusal)
    std::cout << "  nothing: the client gets " << traits(made.refusal->kind).status << ' ' << made.refusal->name() << "\n  "
              << made.refusal->client_sentence() << '\n';
  std::cout << "\nexcluded\n";
  for (const auto& one : made.route.excluded()) std::cout << "  " << one.deployment << ": " << one.reason << '\n';
  if (made.route.excluded().empty()) std::cout << "  nothing\n";
}

}  // namespace

int explain(const explain_options& options) {
  const auto read = read_configuration(options.file);
  if (!read.value) {
    print_problems(read, std::cerr);
    return bad_configuration;
  }
  if (options.model.empty() && options.body.empty()) return refuse("Say which request: --model NAME, or --body FILE with the body of one.");
  const auto asked = asked_for(options);
  if (asked.has_error()) return refuse(std::string(asked.error().client_sentence()));
  const auto made = decide(*read.value, options, *asked);
  if (made.has_error()) return refuse(std::string(made.error().client_sentence()));
  if (options.json)
    std::cout << boost::json::serialize(as_json(*made)) << '\n';
  else
    print_text(*made, *read.value);
  return done;
}

}  // namespace sallyport::commands
