#include "proxy/commands/decision.hpp"

#include "adapters/dialect.hpp"
#include "proxy/ledger/price.hpp"
#include "proxy/stages/classify.hpp"
#include "proxy/stages/find_model.hpp"
#include "proxy/stages/inspect.hpp"
#include "proxy/stages/leg_request.hpp"
#include "proxy/stages/make_plan.hpp"
#include "proxy/stages/tags.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace sallyport::commands {
namespace {

result<call> call_in(const std::string& file, dialect_id written_in) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail_with(failure_kind::invalid_request, "The body file " + file + " cannot be read.");
  return dialect_of(written_in).read_call(operation::chat_completions, std::string(std::istreambuf_iterator<char>(in), {}));
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

result<std::shared_ptr<const config::key>> key_named(const config::team& team, const std::string& name) {
  for (const auto& one : team.keys)
    if (one.name == name) return std::make_shared<const config::key>(one);
  return fail_with(failure_kind::invalid_request, "Team '" + team.name + "' has no key '" + name + "' in the configuration.");
}

result<stages::caller> caller_for(const config::settings& settings, const explain_options& options) {
  stages::caller who;
  if (options.team.empty()) {
    if (!options.key.empty()) return fail_with(failure_kind::invalid_request, "--key wants the --team that the key belongs to.");
    return who;
  }
  const auto found = settings.teams.find(options.team);
  if (found == settings.teams.end()) return fail_with(failure_kind::invalid_request, "The configuration has no team '" + options.team + "'.");
  who.team = found->second;
  if (options.key.empty()) return who;
  auto key = key_named(*who.team, options.key);
  if (key.has_error()) return std::move(key).error();
  who.key = std::move(*key);
  return who;
}

result<void> take_options(const explain_options& options, facts& known) {
  if (!options.data_class.empty()) known.raise(label_of(options.data_class), "option --data-class");
  if (options.tags.empty()) return {};
  auto tags = stages::tags_in(options.tags);
  if (tags.has_error()) return std::move(tags).error();
  known.tags = std::move(*tags);
  return {};
}

asked_in asked_in_of(const call& asked, const config::deployment& to) {
  asked_in made;
  made.spoken = to.at->spoken_for(asked.dialect);
  made.is_translated = made.spoken != asked.dialect;
  if (asked.body.empty()) return made;
  auto leg = stages::write_leg(asked, to);
  if (leg.has_error()) made.cannot = leg.error().client_sentence();
  if (leg) made.warnings = std::move(leg->written.warnings);
  return made;
}

}  // namespace

result<call> asked_for(const explain_options& options) {
  call asked;
  if (!options.body.empty()) {
    auto read = call_in(options.body, dialect_named(options.dialect).value_or(dialect_id::openai_chat));
    if (read.has_error()) return read;
    asked = std::move(*read);
  }
  if (!options.model.empty()) asked.model = options.model;
  if (options.prompt_tokens >= 0) asked.prompt_tokens_estimate = options.prompt_tokens;
  if (options.max_tokens >= 0) asked.max_tokens = options.max_tokens;
  return asked;
}

result<decision> decide(const config::settings& settings, const explain_options& options, const call& asked) {
  const auto at = options.at.empty() ? std::optional(std::chrono::system_clock::now()) : instant_in(options.at);
  if (!at) return fail_with(failure_kind::invalid_request, "--at takes a time in UTC, as in 2026-11-26T09:30:00Z.");
  const auto who = caller_for(settings, options);
  if (who.has_error()) return who.error();
  decision made;
  made.at = *at;
  made.team = who->team;
  made.known.team = options.team;
  made.known.key = options.key;
  stages::take_call(asked, made.known);
  stages::raise_to_floors(*who, made.known);
  if (auto taken = take_options(options, made.known); taken.has_error()) return taken.error();
  call_text reader;
  std::string rule;
  if (!asked.body.empty())
    if (auto seen = stages::inspect(asked, settings.privacy, stages::lookout_of(settings.privacy), reader, {}, made.known, rule); seen.has_error())
      made.refusal = seen.error();
  made.output_tokens = made.known.max_tokens.value_or(settings.reserve_output_tokens);
  if (made.team && made.team->money) made.known.budget_left = made.team->money->limit;   // what is spent only the running gateway knows
  auto found = stages::find_model(settings, *who, made.known.model);
  if (found.has_error()) return std::move(found).error();
  made.model = std::move(*found);
  if (made.team) made.rules = policy::verdicts(*made.team, policy::condition_facts_of(made.known, made.team->zone, made.at));
  // Nothing is drawn, and how busy or fast a deployment is only the running gateway knows.
  const policy::balancing_facts by{.cost_of = [&made](const config::deployment& to) {
    return to.price ? ledger::expected_cost(*to.price, made.known.prompt_tokens, made.output_tokens, made.at) : std::nullopt;
  }};
  made.route = stages::route_of(settings, *made.model, made.team.get(), made.known, made.at, by);
  for (const auto& one : made.route.candidates()) made.asked_in.push_back(asked_in_of(asked, one.target.deployment()));
  if (!made.refusal && !made.route.current()) made.refusal = stages::why_no_plan(settings, *made.model, made.known, made.route);
  return made;
}

}  // namespace sallyport::commands
