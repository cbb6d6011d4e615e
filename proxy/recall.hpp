#pragma once
/// What a gateway still knows of its earlier runs: read from the store before a generation is published that needs it.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/ledger/store.hpp"
#include "proxy/stages/generation.hpp"
#include "proxy/stages/team_account.hpp"
#include "proxy/words/clock.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace sallyport {

/// Whether a team of that configuration has an account that knows nothing of earlier runs.
bool has_spent_to_recall(const config::settings& of, stages::accounts& accounts);

/// Lets the account of each such team begin with what earlier runs spent, the last quarters_kept before `now`. Before the first call of
/// these teams, and with all rows of earlier runs in the store; an account that has begun knows better and is left alone. Fails as the
/// store does; the teams that were not reached then can be tried again. One thread at a time.
result<void> recall_spent(ledger::store_reader& from, const config::settings& of, stages::accounts& into, wall_time now);

/// How much of the day of UTC that holds `now` is counted of each deployment that is paid by the hour, busy and idle together. Fails as the
/// store does.
result<std::map<std::string, duration, std::less<>>> recall_day(ledger::store_reader& from, wall_time now);

/// What the forecasts were taught.
struct recalled_answers {
  std::uint64_t attempts = 0;   ///< looked at
  std::uint64_t answers = 0;    ///< learned from
};

/// Teaches the forecasts of that generation from the attempts of the last 7 days before the wall's now, the newest first, until there is
/// nothing more to learn (see stages::forecast_lesson) or `at_most` has passed: then the forecasts of those who call seldom begin afresh.
/// Before its first call. Fails as the store does; what was learned until then stays.
result<recalled_answers> recall_answers(ledger::store_reader& from, const stages::generation& of, const clock& time, duration at_most);

}  // namespace sallyport
