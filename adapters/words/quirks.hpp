#pragma once
/// In what a provider departs from its dialect. Data of its preset, read by the dialect; a provider's name is never asked for.

#include <string>

namespace sallyport {

struct quirks {
  bool takes_stream_options = true;    ///< false: `stream_options` must not be sent (Mistral answers 422); usage comes unasked
  bool may_end_without_done = false;   ///< true: the finish reason ends a stream, no `[DONE]` follows (Perplexity, llama-box)

  // Of requests that we write ourselves; a relayed body has its client's words.
  bool takes_max_completion_tokens = false;   ///< OpenAI's newer models refuse `max_tokens`; most others know nothing else
  bool takes_developer_role = false;          ///< else a developer's message goes as a system message
  int tool_id_length = 0;                     ///< ids of tool calls have just so many letters and digits (Mistral: 9); 0: any
  bool wants_answer_after_tool = false;       ///< between a tool's result and the user's next message stands one of the assistant (Mistral)
  std::string reasoning_member;               ///< the member of an assistant's message in which its own thoughts come back; empty: none
  bool operator==(const quirks&) const = default;
};

}  // namespace sallyport
