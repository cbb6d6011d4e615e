#pragma once
/// The provider's side of `anthropic_messages` for a call in this dialect: the client's body, spliced. Every other byte is the client's.

#include "adapters/dialect.hpp"
#include "adapters/text_splice.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace sallyport::anthropic_messages {

/// See dialect::without_state. Of a message that is nothing but thoughts, all goes.
std::optional<std::string> without_state(const call& asked, const state_rule& rule);

/// The model's name at that provider; and thoughts whose state is marked as another provider's are taken out. `splices`: further ones, of
/// other places.
provider_request write_request(const call& asked, std::string_view upstream_model, std::vector<text_splice> splices = {});

/// One answer of plain text.
bool may_be_continued(const call& asked);

/// For a call of whose answer the client has `delivered`. Nothing: it cannot be gone on with in that way. Such are, for those that are
/// given the text, models that take no beginning of an answer, calls with thinking, with a format or a forced tool, or which end with a
/// message of the assistant's already.
std::optional<provider_request> write_continuation(const call& asked, std::string_view upstream_model, continuation how,
                                                   std::string_view delivered);

}  // namespace sallyport::anthropic_messages
