#include "adapters/dialect.hpp"

#include "adapters/openai_chat.hpp"

namespace sallyport {

const dialect& dialect_of(dialect_id which) {
  switch (which) {
    case dialect_id::openai_chat: break;
  }
  return openai_chat::the_dialect();
}

}  // namespace sallyport
