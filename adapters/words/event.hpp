#pragma once
/// The vocabulary of replies: what any provider's stream or whole reply says, one thing at a time.

#include "adapters/words/failure.hpp"
#include "adapters/words/usage.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport {

enum class finish_reason : std::uint8_t { stop, length, tool_calls, content_filter, other };

enum class event_kind : std::uint8_t {
  opened,     ///< role or an empty delta: the provider has begun, nothing of the answer is there yet
  text,
  reasoning,
  refusal,
  tool_call,
  state,      ///< opaque state of the reasoning so far (adapters/words/chat.hpp): `text` has its bytes, `tool.id` its item's id
  finished,   ///< a choice has ended, `finish` says why
  reported,   ///< usage; cumulative, the last one wins
  failed,     ///< an error inside the stream, `why` says what
  done,       ///< the terminal marker (`[DONE]`, `message_stop`, `response.completed`)
  ignored,    ///< a comment, a blank block, an unknown event: relayed, means nothing
};

/// Which tool call of its choice a `tool_call` event belongs to. Id and name come with its first event, seldom again.
struct tool_part {
  int index = 0;
  std::string_view id;
  std::string_view name;
};

/// One thing that a reply says. Views are valid until the reader is fed again.
///
/// One block of bytes on the wire may say several things: one of its events carries all its bytes in `raw`, the others none. It is the
/// first; but where the block is the terminal marker too, it is that event (`done`). So the concatenation of `raw` over a stream is the
/// stream, byte for byte.
struct event {
  event_kind kind = event_kind::ignored;
  std::string_view raw;
  std::string_view text;      ///< the delta: text, reasoning, refusal, or a fragment of tool arguments; unescaped
  tool_part tool;
  std::string_view logprobs;  ///< of a text: a JSON array of tokens, as OpenAI writes it; empty: none
  int choice = 0;
  finish_reason finish = finish_reason::other;
  usage tokens;
  maybe_failure why;
  bool usage_only = false;    ///< this block of bytes holds usage and nothing else: taken out when the client did not ask for it
  bool data = false;          ///< a data event: it restarts the idle clock (a comment does not)
  bool unfinished = false;    ///< the wire ended inside this block: a client drops it, and whatever we write behind it would be part of it
};

/// True for the events after which a request is committed: no other deployment can take over unseen.
inline constexpr bool commits(event_kind kind) {
  return kind == event_kind::text || kind == event_kind::reasoning || kind == event_kind::refusal || kind == event_kind::tool_call;
}

}  // namespace sallyport
