#include "proxy/commands/explain.hpp"

#include "adapters/dialect.hpp"
#include "proxy/commands/configuration.hpp"
#include "proxy/commands/estimate.hpp"
#include "proxy/policy/clearance.hpp"
#include "proxy/policy/route.hpp"
#include "proxy/stages/find_model.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

namespace sallyport::commands {
namespace {

/// What is reckoned with where the request does not limit its answer.
constexpr std::int64_t output_tokens_assumed = 1'000;

struct decision {
  facts known;
  std::shared_ptr<const config::model> model;
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

result<decision> decide(const config::settings& settings, const explain_options& options) {
  decision made;
  made.known.team = options.team;
  made.known.model = options.model;
  if (!options.data_class.empty()) made.known.sensitivity = label_of(options.data_class);
  if (!options.body.empty())
    if (auto read = read_body(options.body, made.known); read.has_error()) return std::move(read).error();
  stages::caller who;
  if (!options.team.empty()) {
    const auto at = settings.teams.find(options.team);
    if (at == settings.teams.end()) return fail_with(failure_kind::invalid_request, "The configuration has no team '" + options.team + "'.");
    who.team = at->second;
  }
  auto found = stages::find_model(settings, who, made.known.model);
  if (found.has_error()) return std::move(found).error();
  made.model = std::move(*found);
  made.route = policy::make_plan(*made.model, policy::clearance{}.clear(*made.model, made.known));
  return made;
}

estimate estimate_for(const facts& known, const config::deployment& to) {
  return estimate_of(to, known.prompt_tokens, known.max_tokens.value_or(output_tokens_assumed), std::chrono::system_clock::now());
}

boost::json::object as_json(const estimate& what) {
  if (what.version.empty()) return {{"basis", nullptr}, {"version", nullptr}, {"from", nullptr}, {"above", nullptr}};
  return {{"basis", what.basis},
          {"version", what.version},
          {"from", what.from.empty() ? boost::json::value(nullptr) : boost::json::value(what.from)},
          {"above", what.above}};
}

boost::json::object as_json(const decision& made) {
  boost::json::array steps;
  for (const auto& one : made.route.candidates()) {
    const auto& to = one.target.deployment();
    const auto price = estimate_for(made.known, to);
    steps.push_back({{"deployment", to.name},
                     {"provider", to.at->name},
                     {"model", to.model},
                     {"class", name_of(to.at->runs_as)},
                     {"reason", one.reason},
                     {"estimated_cost_usd", price.cost},
                     {"price", price.version.empty() ? std::string("unknown") : price.version},
                     {"price_applied", as_json(price)}});
  }
  boost::json::array excluded;
  for (const auto& one : made.route.excluded()) excluded.push_back({{"deployment", one.deployment}, {"reason", one.reason}});
  return {{"team", made.known.team},
          {"model", made.known.model},
          {"data_class", name_of(made.known.sensitivity)},
          {"prompt_tokens_estimate", made.known.prompt_tokens},
          {"plan", std::move(steps)},
          {"excluded", std::move(excluded)}};
}

void print_text(const decision& made, const config::settings& settings) {
  const auto& limits = made.model->timeouts;
  std::cout << "team         " << (made.known.team.empty() ? "(none: the gateway is open, or no team was named)" : made.known.team) << '\n'
            << "model        " << made.known.model << '\n'
            << "data class   " << name_of(made.known.sensitivity) << '\n'
            << "prompt       about " << made.known.prompt_tokens << " tokens; answer reckoned with "
            << made.known.max_tokens.value_or(output_tokens_assumed) << '\n'
            << "attempts     at most " << settings.attempts_max << " sends, " << limits.total.count() << " ms in all\n"
            << "timeouts     connect " << limits.connect.count() << " ms, first token " << limits.first_token.count() << " ms, idle "
            << limits.idle.count() << " ms, unstreamed attempt " << limits.attempt.count() << " ms\n\nplan\n";
  int place = 0;
  for (const auto& one : made.route.candidates()) {
    const auto& to = one.target.deployment();
    std::cout << "  " << ++place << ". " << to.name << "  (" << name_of(to.at->runs_as) << ", " << to.at->name << ", model " << to.model << ")\n"
              << "     why: " << one.reason << "; cost about " << in_words(estimate_for(made.known, to)) << '\n';
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
