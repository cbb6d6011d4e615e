#pragma once
/// The dialect `openai_responses`: OpenAI's Responses and all who speak like them.

#include "adapters/dialect.hpp"

namespace sallyport::openai_responses {

/// Lives as long as the process.
const dialect& the_dialect();

}  // namespace sallyport::openai_responses
