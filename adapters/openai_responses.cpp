#include "adapters/openai_responses.hpp"

#include "adapters/openai_chat.hpp"

namespace sallyport::openai_responses {

const dialect& the_dialect() { return openai_chat::the_dialect(); }

}  // namespace sallyport::openai_responses
