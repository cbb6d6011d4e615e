#include "proxy/commands/drill_run.hpp"

#include "proxy/gateway.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>

namespace sallyport::commands {
namespace {

/// Of one call, from connecting to its end: above three sends of 2 s each and the longest wait that the gateway takes upon itself.
constexpr std::chrono::milliseconds patience{25'000};
constexpr std::size_t gateways_at_once = 4;   // most cases wait for a time to pass

observe::logger_options quiet_log() {
  observe::logger_options log;
  log.least = observe::level::error;
  log.format = observe::format_for(log.target);
  return log;
}

const deployment_list& fallbacks_for(const config::model& model, rehearsal::refused_for why) {
  static const deployment_list nobody;
  if (why == rehearsal::refused_for::context_length) return model.fallbacks.context_length;
  return why == rehearsal::refused_for::content_filter ? model.fallbacks.content_filter : nobody;
}

bool holds(const deployment_list& list, const config::deployment& one) {
  return std::any_of(list.begin(), list.end(), [&one](const auto& other) { return other->name == one.name; });
}

/// The first deployment behind the first that is given the text of a broken answer must come within the attempts.
bool goes_on(const config::model& model, int attempts) {
  if (!model.resume) return false;
  int sends = 1;
  for (std::size_t place = 1; place < model.try_in_order.size(); ++place) {
    const auto how = model.try_in_order[place]->goes_on;
    if (how != continuation::none && ++sends > attempts) return false;
    if (gives_text(how)) return true;
  }
  return false;
}

std::string who_is_missing(const config::model& model) {
  return model.try_in_order.size() > 1 ? "only one attempt" : "only one deployment";
}

}  // namespace

result<void> drill_run::start() {
  if (scratch_.path().empty()) return fail_with(failure_kind::internal, "No temporary folder could be made.");
  stage_.journal = scratch_.path();
  for (const auto& [name, provider] : own_.providers) {
    auto& upstream = upstreams_[name];
    upstream = std::make_unique<rehearsal::upstream_thread>(rehearsal::character{.name = name});
    if (auto started = upstream->start(); !started) return started;
    stage_.ports[name] = upstream->port();
  }
  return {};
}

result<drill_run::answers> drill_run::call(const config::model& model, const drill_case& one, bool streamed, int calls) const {
  drill_stage stage = stage_;
  stage.journal += "/" + std::to_string(one.number);
  auto running = gateway::start(drill_settings(own_, model, stage, one), quiet_log());
  if (running.has_error()) return running.error();
  rehearsal::traffic_options traffic;
  traffic.port = (*running)->api_port();
  traffic.key = secret("drill");
  traffic.models = {model.name};
  traffic.stream = streamed;
  traffic.requests = calls;
  traffic.at_once = 1;
  traffic.patience = patience;
  return rehearsal::send_traffic(traffic, nullptr);
}

/// Those that answer a call alone: a policy may keep it from the others, and they cannot rescue it.
result<deployment_list> drill_run::allowed(const config::model& own, const deployment_list& of) {
  deployment_list may;
  for (const auto& one : of) {
    config::model alone = own;
    alone.try_in_order = {one};
    alone.fallbacks = {};
    const auto answered = call(alone, {++number_, "", ""}, true, 1);
    if (answered.has_error()) return answered.error();
    if (answered->front().outcome == rehearsal::answer_outcome::whole)
      may.push_back(one);
    else
      notes_.push_back("Left out: " + one->name + " of model " + own.name + ", which does not serve the drill's call: " +
                       answered->front().sentence);
  }
  return may;
}

rehearsal::drill_sends drill_run::count(rehearsal::drill_row& into, const config::model& model, const drill_case& one,
                                        rehearsal::refused_for why) const {
  rehearsal::drill_sends sends;
  const deployment_list cast = drill_cast(model);
  for (std::size_t place = 0; place < cast.size(); ++place) {
    const config::deployment& deployment = *cast[place];
    const auto asked = upstreams_.at(deployment.at->name)->received().count_of_model(drilled_model(one, place));
    sends.all += asked;
    if (place == 0)
      sends.first = asked;
    else if (holds(fallbacks_for(model, why), deployment))
      sends.fallback += asked;
    if (place < model.try_in_order.size() || asked > 0) into.sends.emplace_back(deployment.name, asked);
  }
  return sends;
}

rehearsal::drill_help drill_run::help(const config::model& model, rehearsal::refused_for why) const {
  const bool may_again = own_.attempts_max > 1;
  const auto& list = fallbacks_for(model, why);
  const auto is_another = [&model](const auto& one) { return one->name != model.try_in_order.front()->name; };
  return {.another = may_again && model.try_in_order.size() > 1,
          .goes_on = goes_on(model, own_.attempts_max),
          .fallback = may_again && std::any_of(list.begin(), list.end(), is_another)};
}

result<rehearsal::drill_row> drill_run::played(const config::model& model, const rehearsal::drill_fault& fault, int number) const {
  const drill_case one{number, std::string(fault.conduct), std::string(fault.others)};
  const auto answered = call(model, one, fault.streamed, fault.calls);
  if (answered.has_error()) return answered.error();
  const rehearsal::judged_answer& answer = worst_of(*answered);
  rehearsal::drill_row row;
  row.model = model.name;
  row.fault = fault.name;
  row.saw = seen_in(answer, patience);
  const auto sends = count(row, model, one, fault.refuses);
  row.verdict = judge(fault, answer, row.saw, sends, help(model, fault.refuses));
  if (row.verdict == rehearsal::drill_verdict::no_rescue) row.why = who_is_missing(model);
  row.sentence = answer.sentence;
  row.took = answer.took;
  return row;
}

result<void> drill_run::play(const config::model& own) {
  const auto may = allowed(own, drill_cast(own));
  if (may.has_error()) return may.error();
  config::model model = own;
  for (deployment_list* list : {&model.try_in_order, &model.fallbacks.context_length, &model.fallbacks.content_filter})
    std::erase_if(*list, [&may](const auto& one) { return !holds(*may, *one); });
  if (model.try_in_order.empty()) {
    every_model_was_played_ = false;
    notes_.push_back("Not played: model " + own.name + ", of which no deployment serves the drill's call.");
    return {};
  }
  const auto faults = rehearsal::drill_faults();
  std::vector<std::optional<result<rehearsal::drill_row>>> cases(faults.size());
  std::atomic<std::size_t> next{0};
  {
    std::vector<std::jthread> players;
    for (std::size_t i = 0; i < gateways_at_once; ++i)
      players.emplace_back([&] {
        for (std::size_t at = next++; at < faults.size(); at = next++)
          cases[at] = played(model, faults[at], number_ + 1 + static_cast<int>(at));
      });
  }
  number_ += static_cast<int>(faults.size());
  for (auto& one : cases) {
    if (one->has_error()) return one->error();
    rows_.push_back(*std::move(*one));
  }
  return {};
}

}  // namespace sallyport::commands
