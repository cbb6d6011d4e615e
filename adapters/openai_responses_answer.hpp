#pragma once
/// A whole answer for a client of `openai_responses`.

#include "adapters/words/answer.hpp"
#include "adapters/words/call.hpp"

#include <string>
#include <string_view>

namespace sallyport::openai_responses {

/// The body of the reply: the response object. What came of another dialect is not kept anywhere, so its `store` is false.
std::string write_answer(const call& asked, const answer& said);

/// What a reasoning item carries, so that the client hands it back: the state, marked with its origin. Empty: nobody wants it back.
std::string carried_state(std::string_view origin, std::string_view id, std::string_view bytes);

}  // namespace sallyport::openai_responses
