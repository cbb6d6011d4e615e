#pragma once
/// How many wrong keys come from one address: whoever guesses is slowed down, and cannot fill the log.

#include "config/settings.hpp"
#include "proxy/policy/rate.hpp"
#include "proxy/words/clock.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace sallyport::stages {

/// Any thread, no lock, of fixed size: addresses share 4,096 places by a hash that differs from process to process. Two that share one share
/// its limit; that concerns only those that send wrong keys, since a valid key is never asked here.
class key_guesses {
 public:
  key_guesses();
  /// A wrong key came from there: nothing, or how long the address has to wait.
  std::optional<duration> count(std::string_view address, const config::rate& limit, instant now);

 private:
  static constexpr std::size_t places = 4'096;
  std::size_t salt_;
  std::array<policy::rate, places> rates_;
};

}  // namespace sallyport::stages
