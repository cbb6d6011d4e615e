#pragma once
/// A call of the `openai_chat` dialect whose answer broke behind content, as it goes to another provider. The body is read anew: this
/// happens seldom, and no other call pays for it.

#include "adapters/dialect.hpp"

#include <optional>
#include <string_view>

namespace sallyport::openai_chat {

/// One answer of plain text: n is 1, without logprobs, sound or an echo of the prompt.
bool may_be_continued(const call& asked);

/// Nothing: this call cannot be gone on with in that way. Such are, for those that are given the text, calls whose answer has a shape of
/// its own (response_format, a grammar), whose tool is forced, or which end with a message of the assistant's already.
std::optional<provider_request> write_continuation(const call& asked, std::string_view upstream_model, const quirks& of_provider,
                                                   continuation how, std::string_view delivered);

}  // namespace sallyport::openai_chat
