#pragma once
/// What the models of the `anthropic_messages` dialect take, by their names. Only for requests that we write ourselves.
///
/// Sources: Anthropic's pages on models, adaptive thinking, effort, structured outputs and prefill, as of November 2026; where they are
/// silent, what clients of several makers do. Models of other makers (whose names do not begin with claude-) take everything.

#include <cstdint>
#include <string_view>

namespace sallyport::anthropic_messages {

enum class thinking_form : std::uint8_t {
  none,             ///< it cannot
  budget,           ///< {"type":"enabled","budget_tokens":N}
  adaptive,         ///< {"type":"adaptive"} with output_config.effort, and nothing else
  always,           ///< the same, and it cannot be turned off
};

struct model_facts {
  std::int64_t tokens_max = 0;       ///< the most that an answer may have; what is asked for where the client has no limit
  thinking_form thinking = thinking_form::budget;
  bool takes_sampling = true;        ///< temperature, top_p, top_k
  bool takes_both = true;            ///< temperature together with top_p
  bool takes_prefill = true;         ///< an answer's beginning as a last message of the assistant's
  bool takes_schema = true;          ///< output_config.format
  bool takes_forced_tools = true;    ///< tool_choice any and tool
  bool takes_xhigh = true;           ///< the effort of that name
};

/// By the upstream's name, which may have a date or a host's prefix (anthropic/, us.anthropic.) around it, and 4.5 for 4-5.
const model_facts& facts_of(std::string_view model);
bool is_claude(std::string_view model);

}  // namespace sallyport::anthropic_messages
