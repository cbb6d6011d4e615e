#include "proxy/commands/explain.hpp"

#include "adapters/dialect.hpp"
#include "proxy/commands/configuration.hpp"
#include "proxy/commands/estimate.hpp"
#include "proxy/observe/usd_text.hpp"
#include "proxy/policy/rules.hpp"
#include "proxy/stages/find_model.hpp"
#include "proxy/stages/make_plan.hpp"
#include "proxy/stages/tags.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <vector>

namespace sallyport::commands {
namespace {

struct decision {
  facts known;
  std::shared_ptr<const config::team> team;
  std::shared_ptr<const config::model> model;
  wall_time at;
  std::int64_t output_tokens = 0;   ///< reckoned with
  std::vector<policy::rule_verdict> rules;
  plan route;
};

int refuse(const std::string& sentence) {
  std::cerr << sentence << '\n';
  return failed;
}

result<void> read_body(const std::string& file, facts& known) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail_with(failure_kind::invalid_request, "The body file " + file + " cannot be read.");
  auto read = dialect_of(dialect_id::openai_chat).read_call(operation::chat_completions, std::string(std::istreambuf_iterator<char>(in), {}));
  if (read.has_error()) return std::move(read).error();
  known.model = read->model;
  known.prompt_tokens = read->prompt_tokens_estimate;
  known.max_tokens = read->max_tokens;
  known.stream = read->stream;
  known.has_tools = read->has_tools;
  known.has_images = read->has_images;
  return {};
}

/// 2026-11-26T09:30:00Z; nothing for any other form.
std::optional<wall_time> instant_in(const std::string& text) {
  int year = 0, hour = 0, minute = 0, second = 0, end = 0;
  unsigned month = 0, day = 0;
  const int read = std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2dZ%n", &year, &month, &day, &hour, &minute, &second, &end);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (read != 6 || end != static_cast<int>(text.size()) || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

/// What the options say of the call, over what its body says.
result<void> take_options(const explain_options& options, facts& known) {
  known.team = options.team;
  known.model = options.model;
  if (!options.data_class.empty()) known.sensitivity = label_of(options.data_class);
  if (!options.body.empty())
    if (auto read = read_body(options.body, known); read.has_error()) return read;
  if (options.prompt_tokens >= 0) known.prompt_tokens = options.prompt_tokens;
  if (options.max_tokens >= 0) known.max_tokens = options.max_tokens;
  if (!options.tags.empty()) {
    auto tags = stages::tags_in(options.tags);
    if (tags.has_error()) return std::move(tags).error();
    known.tags = std::move(*tags);
  }
  return {};
}

result<decision> decide(const config::settings& settings, const explain_options& options) {
  decision made;
  if (auto taken = take_options(options, made.known); taken.has_error()) return std::move(taken).error();
  const auto at = options.at.empty() ? std::optional(std::chrono::system_clock::now()) : instant_in(options.at);
  if (!at) return fail_with(failure_kind::invalid_request, "--at takes a time in UTC, as in 2026-11-26T09:30:00Z.");
  made.at = *at;
  made.output_tokens = made.known.max_tokens.value_or(settings.reserve_output_tokens);
  stages::caller who;
  if (!options.team.empty()) {
    const auto found = settings.teams.find(options.team);
    if (found == settings.teams.end()) return fail_with(failure_kind::invalid_request, "The configuration has no team '" + options.team + "'.");
    who.team = made.team = found->second;
    if (made.team->money) made.known.budget_left = made.team->money->limit;   // what is spent only the running gateway knows
  }
  auto found = stages::find_model(settings, who, made.known.model);
  if (found.has_error()) return std::move(found).error();
  made.model = std::move(*found);
  if (made.team) made.rules = policy::verdicts(*made.team, policy::condition_facts_of(made.known, *made.team, made.at));
  made.route = stages::route_of(*made.model, made.team.get(), made.known, made.at);
  return made;
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
  for (const auto& one : made.route.excluded()) excluded.push_back({{"deployment", one.deployment}, {"reason", one.reason}});
  return {{"team", made.known.team},
          {"model", made.known.model},
          {"data_class", name_of(made.known.sensitivity)},
          {"prompt_tokens_estimate", made.known.prompt_tokens},
          {"output_tokens_reckoned", made.output_tokens},
          {"tags", made.known.tags},
          {"limits", limits_of(made)},
          {"rules", std::move(rules)},
          {"plan", std::move(steps)},
          {"excluded", std::move(excluded)}};
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
            << "data class   " << name_of(made.known.sensitivity) << '\n'
            << "prompt       about " << made.known.prompt_tokens << " tokens; answer reckoned with "
            << made.output_tokens << '\n'
            << "takes        " << limits_of(made) << '\n'
            << "attempts     at most " << settings.attempts_max << " sends, " << limits.total.count() << " ms in all\n"
            << "timeouts     connect " << limits.connect.count() << " ms, first token " << limits.first_token.count() << " ms, idle "
            << limits.idle.count() << " ms, unstreamed attempt " << limits.attempt.count() << " ms\n";
  print_rules(made);
  std::cout << "\nplan\n";
  int place = 0;
  for (const auto& one : made.route.candidates()) {
    const auto& to = one.target.deployment();
    std::cout << "  " << ++place << ". " << to.name << "  (" << name_of(to.at->runs_as) << ", " << to.at->name << ", model " << to.model << ")\n"
              << "     why: " << one.reason << "; cost about " << in_words(estimate_for(made, to)) << '\n';
  }
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
  if (options.model.empty() && options.body.empty()) return refuse("Say which request: --model NAME, or --body FILE with a chat completion request.");
  const auto made = decide(*read.value, options);
  if (made.has_error()) return refuse(std::string(made.error().client_sentence()));
  if (options.json)
    std::cout << boost::json::serialize(as_json(*made)) << '\n';
  else
    print_text(*made, *read.value);
  return done;
}

}  // namespace sallyport::commands
