#pragma once
/// How much a model of the `anthropic_messages` dialect is to think, from what a chat of any dialect wishes.

#include "adapters/anthropic_messages_models.hpp"
#include "adapters/warning_list.hpp"
#include "adapters/words/chat.hpp"

#include <cstdint>
#include <string>

namespace sallyport::anthropic_messages {

struct thinking_plan {
  enum class mode : std::uint8_t { unsaid, off, budget, adaptive };
  mode is = mode::unsaid;
  std::int64_t budget = 0;
  bool shows = false;              ///< a summary of the thoughts is wanted
  std::string effort;              ///< output_config.effort; empty: none
  std::int64_t tokens_max = 0;     ///< of the whole answer, the thoughts included

  bool is_on() const { return is == mode::budget || is == mode::adaptive; }
};

/// `may_think`: whether the rest of the request leaves room for it: no forced tool, no beginning of an answer, no turn that would have to
/// begin with a thought and does not. `why_not` says so to the client.
thinking_plan plan_of(const chat& said, const model_facts& facts, bool is_claude, std::string_view why_not, warning_list& warnings);

}  // namespace sallyport::anthropic_messages
