#include "proxy/recall.hpp"

#include "proxy/stages/forecast_lesson.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace sallyport {

bool has_spent_to_recall(const config::settings& of, stages::accounts& accounts) {
  return std::any_of(of.teams.begin(), of.teams.end(), [&](const auto& team) { return !accounts.of_team(team.first)->money.has_begun(); });
}

result<void> recall_spent(ledger::store_reader& from, const config::settings& of, stages::accounts& into, wall_time now) {
  for (const auto& [name, team] : of.teams) {
    auto& money = into.of_team(name)->money;
    if (money.has_begun()) continue;
    auto earlier = from.quarters_of(name, ledger::quarter_hour_of(now - ledger::quarters_kept));
    if (earlier.has_error()) return std::move(earlier).error();
    money.begin_with(std::move(*earlier));
  }
  return {};
}

result<std::map<std::string, duration, std::less<>>> recall_day(ledger::store_reader& from, wall_time now) {
  const std::int64_t today = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  const auto times = from.times(today, today + 1);
  if (times.has_error()) return times.error();
  std::map<std::string, duration, std::less<>> counted;
  for (const auto& one : *times) counted[one.deployment] += std::chrono::nanoseconds(one.busy_ns + one.idle_ns);
  return counted;
}

result<recalled_answers> recall_answers(ledger::store_reader& from, const stages::generation& of, const clock& time, duration at_most) {
  constexpr std::uint64_t between_looks = 1'024;   // at the clock
  stages::forecast_lesson lesson(of);
  const auto until = time.now() + at_most;
  const auto read = from.each_answer_back(time.wall() - std::chrono::days(7), [&](const ledger::seen_answer& seen) {
    return lesson.take(seen) && (lesson.attempts() % between_looks != 0 || time.now() < until);
  });
  if (read.has_error()) return read.error();
  return recalled_answers{lesson.attempts(), lesson.answers()};
}

}  // namespace sallyport
