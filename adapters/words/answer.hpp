#pragma once
/// A whole answer of a model in one vocabulary, for clients that speak another dialect than their provider. One choice.

#include "adapters/words/chat.hpp"
#include "adapters/words/event.hpp"
#include "adapters/words/stream_identity.hpp"
#include "adapters/words/usage.hpp"

#include <vector>

namespace sallyport {

struct answer {
  stream_identity of;
  std::vector<part> parts;   ///< text, reasoning, refusal, tool_call (and image, audio), in the provider's order
  finish_reason finish = finish_reason::other;
  usage tokens;
};

}  // namespace sallyport
