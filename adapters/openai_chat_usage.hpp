#pragma once
/// What providers of the `openai_chat` dialect say about tokens and about why they stopped, brought to one arithmetic.

#include "adapters/json.hpp"
#include "adapters/json_object.hpp"
#include "adapters/words/event.hpp"
#include "adapters/words/usage.hpp"

#include <optional>
#include <string_view>

namespace sallyport::openai_chat {

/// A count above this is taken for a mistake and ignored, like a negative one, a fraction or a string.
inline constexpr std::int64_t tokens_max = 1'000'000'000'000;

/// The `usage` object -> disjoint counts, never negative; basis none when it names no count at all.
///
/// Cached tokens stand inside prompt_tokens and reasoning tokens inside completion_tokens; but where total_tokens only comes out with
/// reasoning added (xAI), they stand outside. And cached tokens that are more than the prompt's stand beside it (Grok at Azure, recorded:
/// prompt 23, cached 190, total without them). What only total_tokens has, where no details are given, is reasoning: Google's door reports
/// thoughts nowhere else, and charges them as output (recorded: prompt 66, completion 6, total 100). With Perplexity's citation_tokens,
/// which its deep research charges as input, reasoning stands outside of everything, the total too (docs.perplexity.ai, pricing).
usage usage_of(json_value reported);

/// The usage of a reply or of a chunk: its `usage`, else Groq's `x_groq.usage`.
usage usage_in(json_value reply);
/// The same of these two members.
usage usage_in(json_value reported, json_value at_groq);

/// The other way: the `usage` object, cached tokens and reasoning inside their sums.
void write_usage(const usage& tokens, json_object& to);

/// What a finish_reason says; nothing when it is null, missing or empty.
struct finish_word {
  finish_reason reason = finish_reason::other;
  bool failed = false;  ///< the provider gave up: "error", "abort", "insufficient_system_resource"
};
std::optional<finish_word> finish_of(json_value finish_reason);
/// OpenAI's word for it.
std::string_view word_of(finish_reason why);

}  // namespace sallyport::openai_chat
