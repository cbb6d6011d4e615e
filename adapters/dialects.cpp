#include "adapters/dialect.hpp"

#include "adapters/anthropic_messages.hpp"
#include "adapters/openai_chat.hpp"
#include "adapters/openai_responses.hpp"

namespace sallyport {

const dialect& dialect_of(dialect_id which) {
  switch (which) {
    case dialect_id::openai_chat: break;
    case dialect_id::openai_responses: return openai_responses::the_dialect();
    case dialect_id::anthropic_messages: return anthropic_messages::the_dialect();
  }
  return openai_chat::the_dialect();
}

}  // namespace sallyport
