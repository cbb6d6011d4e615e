#pragma once
/// A call of the `openai_responses` dialect for a provider that speaks it too: the client's body, spliced.

#include "adapters/dialect.hpp"

#include <optional>
#include <string_view>

namespace sallyport::openai_responses {

/// See dialect::without_state.
std::optional<std::string> without_state(const call& asked, const state_rule& rule);

/// The model's name at that provider. Reasoning that providers of other dialects marked as theirs is taken out, item by item.
provider_request write_request(const call& asked, std::string_view upstream_model);

/// A stream of text whose client gave the whole input, so that any provider can answer it.
bool may_be_continued(const call& asked);

/// Anew, for a replay; nothing for the ways that give the text.
std::optional<provider_request> write_continuation(const call& asked, std::string_view upstream_model, continuation how);

}  // namespace sallyport::openai_responses
