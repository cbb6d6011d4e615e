#include "proxy/stages/forecast_lesson.hpp"

namespace sallyport::stages {

forecast_lesson::forecast_lesson(const generation& of, limits within) : settings_(*of.settings), limits_(within) {
  for (const auto& [name, books] : of.books.all()) {
    auto& team = teams_.emplace(name, team_pupils{{}, {books.other.get()}}).first->second;
    for (const auto& [model, forecast] : books.forecasts) team.by_model.emplace(model, pupil{forecast.get()});
    unfinished_ += team.by_model.size() + (settings_.any_provider_model ? 1 : 0);
  }
}

bool forecast_lesson::take(const ledger::seen_answer& seen) {
  ++attempts_;
  ++in_vain_;
  auto* const learner = seen.is_whole ? pupil_of(seen.team, seen.model) : nullptr;
  if (learner && learner->answers < limits_.answers) {
    learner->forecast->learn(seen.completion_tokens);
    if (++learner->answers == limits_.answers) --unfinished_;
    ++answers_;
    in_vain_ = 0;
  }
  return unfinished_ > 0 && attempts_ < limits_.attempts && in_vain_ < limits_.attempts_in_vain;
}

forecast_lesson::pupil* forecast_lesson::pupil_of(std::string_view team, std::string_view model) {
  const auto found = teams_.find(team);
  if (found == teams_.end()) return nullptr;
  if (const auto known = found->second.by_model.find(model); known != found->second.by_model.end()) return &known->second;
  return settings_.any_provider_model && is_of_a_provider(model) ? &found->second.other : nullptr;
}

bool forecast_lesson::is_of_a_provider(std::string_view model) const {
  const auto slash = model.find('/');
  return slash != std::string_view::npos && settings_.providers.contains(std::string(model.substr(0, slash)));
}

}  // namespace sallyport::stages
