#pragma once
/// What the forecasts of a new process are taught of the answers of earlier ones, so that reservations are as tight after a restart as
/// before it. Pure: it is shown what the ledger has.

#include "proxy/ledger/store.hpp"
#include "proxy/stages/generation.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace sallyport::stages {

/// Teaches each forecast of one generation the newest answers of its team and model; those of teams and models that it does not have are
/// left out. The ledger does not say how many answers a request asked for (`n`): one that asked for several teaches too much, never too
/// little. One thread; the generation outlives it.
class forecast_lesson {
 public:
  struct limits {
    std::uint32_t answers = 200;                ///< that one forecast is taught
    std::uint64_t attempts = 1'000'000;         ///< that are looked at
    std::uint64_t attempts_in_vain = 100'000;   ///< one behind the other, without any that teaches: who calls so seldom has no fifty
                                                ///< answers among those that may be looked at
  };
  explicit forecast_lesson(const generation& of) : forecast_lesson(of, limits()) {}
  forecast_lesson(const generation& of, limits within);

  /// The next older attempt. False: nothing more is to be learned.
  bool take(const ledger::seen_answer& seen);

  std::uint64_t attempts() const { return attempts_; }   ///< looked at
  std::uint64_t answers() const { return answers_; }     ///< learned from

 private:
  struct pupil {
    policy::output_forecast* forecast;
    std::uint32_t answers = 0;
  };
  struct team_pupils {
    std::map<std::string, pupil, std::less<>> by_model;
    pupil other;   ///< of models that no configuration names
  };

  pupil* pupil_of(std::string_view team, std::string_view model);
  bool is_of_a_provider(std::string_view model) const;

  const config::settings& settings_;
  limits limits_;
  std::map<std::string, team_pupils, std::less<>> teams_;
  std::size_t unfinished_ = 0;   ///< that have not been taught all that they may
  std::uint64_t attempts_ = 0;
  std::uint64_t answers_ = 0;
  std::uint64_t in_vain_ = 0;
};

}  // namespace sallyport::stages
