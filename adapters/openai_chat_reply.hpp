#pragma once
/// A whole (unstreamed) reply of a provider that speaks `openai_chat`.

#include "adapters/dialect.hpp"
#include "adapters/json.hpp"

#include <string_view>

namespace sallyport::openai_chat {

/// A body that came with a status of 2xx. Fails with empty_reply, garbled_reply, error_in_reply or a finer kind of the latter.
result<whole_reply> read_reply(operation asked, std::string_view body);

/// The same in two steps, for who reads more in the root. Why the body is none, if so: empty_reply or garbled_reply.
maybe_failure parse_reply(std::string_view body, json_document& into);
result<whole_reply> reply_in(operation asked, json_value root);

}  // namespace sallyport::openai_chat
