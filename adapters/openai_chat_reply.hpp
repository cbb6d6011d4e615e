#pragma once
/// A whole (unstreamed) reply of a provider that speaks `openai_chat`.

#include "adapters/dialect.hpp"

#include <string_view>

namespace sallyport::openai_chat {

/// A body that came with a status of 2xx. Fails with empty_reply, garbled_reply, error_in_reply or a finer kind of the latter.
result<whole_reply> read_reply(operation asked, std::string_view body);

}  // namespace sallyport::openai_chat
