#pragma once
/// What policy may know of a call: every fact that a condition, an explanation or a ledger row can name, and none of its content.

#include "adapters/words/data_class.hpp"
#include "adapters/words/dialect_id.hpp"
#include "adapters/words/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

struct facts {
  std::string team;    ///< empty while the gateway is open
  std::string key;     ///< the key's name, never the key
  std::string model;   ///< the public name asked for
  operation asks = operation::chat_completions;
  rising_class sensitivity;
  std::string raised_by;                       ///< what made it that, as in team floor, header, detector iban; empty while it is public
  std::int64_t prompt_tokens = 0;              ///< estimate
  std::optional<std::int64_t> max_tokens;
  bool stream = false;
  bool has_tools = false;
  bool has_images = false;
  std::optional<nano_usd> budget_left;         ///< of the team, at the time of the decision; nothing without a budget
  std::string tags;                            ///< name=value,name=value in the order of their names; empty: none
  std::int64_t budget_quarter = 0;             ///< start of the quarter-hour that admitted it, seconds since 1970; 0: of no team

  /// The data class goes up, and says why.
  void raise(data_class to, std::string_view by) {
    if (to <= sensitivity) return;
    sensitivity.raise(to);
    raised_by = by;
  }
};

}  // namespace sallyport
