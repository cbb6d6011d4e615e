#include "adapters/anthropic_messages.hpp"

#include "adapters/openai_chat.hpp"

namespace sallyport::anthropic_messages {

const dialect& the_dialect() { return openai_chat::the_dialect(); }

}  // namespace sallyport::anthropic_messages
