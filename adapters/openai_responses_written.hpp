#pragma once
/// The provider's side of `openai_responses`, for a call that came in another dialect: a chat -> the request.

#include "adapters/dialect.hpp"

namespace sallyport::openai_responses {

/// Asks for nothing to be kept, unless the client did. Fails with not_supported.
result<provider_request> write_chat(const chat& said, const addressee& to);

}  // namespace sallyport::openai_responses
