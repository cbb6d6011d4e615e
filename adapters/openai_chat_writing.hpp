#pragma once
/// A chat that came in another dialect, as a request of the `openai_chat` dialect.

#include "adapters/dialect.hpp"
#include "adapters/json_object.hpp"
#include "adapters/warning_list.hpp"

namespace sallyport::openai_chat {

/// Fails with not_supported where leaving something out would change what the call means.
result<provider_request> write_chat(const chat& said, const addressee& to);

/// One request in the making.
struct letter {
  const chat& said;
  const addressee& to;
  json_object body;
  warning_list warnings;

  /// OpenAI itself, and who takes all that it takes; most others refuse what they do not know.
  bool to_openai() const { return to.of_provider.takes_max_completion_tokens; }
};

/// The member `messages`.
maybe_failure write_messages(letter& into);
/// The members `tools`, `tool_choice` and `parallel_tool_calls`.
maybe_failure write_tools(letter& into);

}  // namespace sallyport::openai_chat
