#pragma once
/// The dialect `openai_chat`: OpenAI's chat completions, completions and embeddings, and all who speak like them.

#include "adapters/dialect.hpp"

namespace sallyport::openai_chat {

/// Lives as long as the process.
const dialect& the_dialect();

}  // namespace sallyport::openai_chat
