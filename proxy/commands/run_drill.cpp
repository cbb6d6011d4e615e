#include "proxy/commands/run_drill.hpp"

#include "proxy/commands/configuration.hpp"
#include "proxy/commands/drill_settings.hpp"
#include "proxy/commands/scratch_folder.hpp"
#include "proxy/gateway.hpp"
#include "proxy/rehearsal/drill_card.hpp"
#include "proxy/rehearsal/upstream_thread.hpp"

#include <csignal>
#include <iostream>
#include <map>
#include <memory>
#include <vector>

namespace sallyport::commands {
namespace {

/// Of one call, from connecting to its end: above three sends of 2 s each and the longest wait that the gateway takes upon itself.
constexpr std::chrono::milliseconds patience{25'000};

observe::logger_options quiet_log() {
  observe::logger_options log;
  log.least = observe::level::error;
  log.format = observe::format_for(log.target);
  return log;
}

/// Upstreams for each provider; one gateway a call, so that no breaker of one case is open in the next.
class drill {
 public:
  explicit drill(const config::settings& own) : own_(own) {}

  result<void> start() {
    if (scratch_.path().empty()) return fail_with(failure_kind::internal, "No temporary folder could be made.");
    for (const auto& [name, provider] : own_.providers) {
      auto& upstream = upstreams_[name];
      upstream = std::make_unique<rehearsal::upstream_thread>(rehearsal::character{.name = name});
      if (auto started = upstream->start(); !started) return started;
      stage_.ports[name] = upstream->port();
    }
    return {};
  }

  result<void> play(const config::model& own) {
    config::model model = own;
    auto may = allowed(own);
    if (!may) return may.error();
    model.try_in_order = *may;
    if (model.try_in_order.empty()) {
      every_model_was_played_ = false;
      notes_.push_back("Not played: model " + own.name + ", of which no deployment serves the drill's call.");
      return {};
    }
    for (const rehearsal::drill_fault& fault : rehearsal::drill_faults())
      if (auto played = play(model, fault); !played) return played;
    return {};
  }

  const std::vector<rehearsal::drill_row>& rows() const { return rows_; }
  const std::vector<std::string>& notes() const { return notes_; }
  bool every_model_was_played() const { return every_model_was_played_; }

 private:
  result<rehearsal::judged_answer> call(const config::model& model, const std::string& conduct) {
    stage_.journal = scratch_.path() + "/" + std::to_string(++number_);
    auto running = gateway::start(drill_settings(own_, model, stage_, number_, conduct), quiet_log());
    if (running.has_error()) return running.error();
    rehearsal::traffic_options traffic;
    traffic.port = (*running)->api_port();
    traffic.key = secret("drill");
    traffic.models = {model.name};
    traffic.requests = 1;
    traffic.patience = patience;
    return rehearsal::send_traffic(traffic, nullptr).front();
  }

  /// Those that answer a call alone: a policy may keep it from the others, and they cannot rescue it.
  result<std::vector<std::shared_ptr<const config::deployment>>> allowed(const config::model& own) {
    std::vector<std::shared_ptr<const config::deployment>> may;
    for (const auto& one : own.try_in_order) {
      config::model alone = own;
      alone.try_in_order = {one};
      const auto answer = call(alone, "");
      if (answer.has_error()) return answer.error();
      if (answer->outcome == rehearsal::answer_outcome::whole)
        may.push_back(one);
      else
        notes_.push_back("Left out: " + one->name + " of model " + own.name + ", which does not serve the drill's call: " +
                         answer->sentence);
    }
    return may;
  }

  result<void> play(const config::model& model, const rehearsal::drill_fault& fault) {
    const auto answer = call(model, std::string(fault.conduct));
    if (answer.has_error()) return answer.error();
    rehearsal::drill_row row;
    row.model = model.name;
    row.fault = fault.name;
    row.saw = seen_in(*answer, patience);
    std::uint64_t sends = 0;
    for (std::size_t place = 0; place < model.try_in_order.size(); ++place) {
      const auto& deployment = *model.try_in_order[place];
      const auto asked = drilled_model(number_, place, std::string(fault.conduct));
      const auto count = upstreams_.at(deployment.at->name)->received().count_of_model(asked);
      row.sends.emplace_back(deployment.name, count);
      sends += count;
    }
    const bool has_another = model.try_in_order.size() > 1 && own_.attempts_max > 1;
    row.verdict = judge(fault, *answer, row.saw, sends, has_another);
    if (row.verdict == rehearsal::drill_verdict::no_rescue)
      row.why = model.try_in_order.size() > 1 ? "only one attempt" : "only one deployment";
    row.sentence = answer->sentence;
    row.took = answer->took;
    rows_.push_back(std::move(row));
    return {};
  }

  const config::settings& own_;
  scratch_folder scratch_;
  std::map<std::string, std::unique_ptr<rehearsal::upstream_thread>> upstreams_;
  drill_stage stage_;
  int number_ = 0;
  std::vector<rehearsal::drill_row> rows_;
  std::vector<std::string> notes_;
  bool every_model_was_played_ = true;
};

std::vector<std::string> changes_to(const config::settings& own) {
  std::vector<std::string> notes{
      "Built-in upstreams on loopback stand for all providers: no key is used, nothing goes out. first_token and idle are 2 s at most, "
      "`try` is in order, the first deployment fails."};
  if (!own.teams.empty()) notes.push_back("Teams are left out, with their rules, limits and budgets: each call is as of an open gateway.");
  return notes;
}

std::string why_not_drilled(const config::settings& own, const std::string& model) {
  if (own.models.empty()) return "The configuration has no `models`, so there is no failover to drill; add one that tries two deployments.";
  std::string names;
  for (const auto& [name, one] : own.models) names += (names.empty() ? "" : ", ") + name;
  return "There is no model " + model + "; the configuration has " + names + ".";
}

void print_notes(const std::vector<std::string>& notes) {
  for (const std::string& one : notes) std::cout << one << '\n';
}

}  // namespace

int run_drill(const drill_options& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto read = read_configuration(options.file);
  if (!read.value) {
    print_problems(read, std::cerr);
    return bad_configuration;
  }
  const config::settings& own = *read.value;
  if (own.models.empty() || (!options.model.empty() && !own.models.contains(options.model))) {
    std::cerr << why_not_drilled(own, options.model) << '\n';
    return bad_configuration;
  }
  drill all(own);
  result<void> played = all.start();
  auto notes = changes_to(own);
  if (!options.json) print_notes(notes);
  std::cout << std::flush;
  for (const auto& [name, model] : own.models)
    if (played && (options.model.empty() || name == options.model)) played = all.play(*model);
  if (!played) {
    std::cerr << played.error().client_sentence() << " (" << played.error().detail << ")\n";
    return failed;
  }
  if (!options.json) print_notes(all.notes());
  notes.insert(notes.end(), all.notes().begin(), all.notes().end());
  std::cout << (options.json ? rehearsal::drill_json(all.rows(), notes) : "\n" + rehearsal::drill_table(all.rows()));
  return rehearsal::totals_of(all.rows()).failed == 0 && all.every_model_was_played() ? done : failed;
}

}  // namespace sallyport::commands
