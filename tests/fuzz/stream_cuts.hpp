#pragma once
/// Bytes of a provider as a stream: however they are cut, the same is said and no byte is lost.

#include "adapters/dialect.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::fuzz {

inline void must(bool holds) {
  if (!holds) std::abort();
}

struct told {
  event_kind kind;
  std::string text;
  usage tokens;
  finish_reason finish;
  int choice;
  bool operator==(const told&) const = default;
};

struct summary {
  std::vector<told> events;  // but those that mean nothing: how blank blocks are cut may differ
  std::string raw;
  bool operator==(const summary&) const = default;
};

inline void take(stream_reader& reader, summary& into) {
  while (const event* next = reader.next()) {
    into.raw += next->raw;
    must(next->kind != event_kind::failed || next->why);
    if (next->kind != event_kind::ignored)
      into.events.push_back({next->kind, std::string(next->text), next->tokens, next->finish, next->choice});
    for (const auto part : {next->tokens.input, next->tokens.cached, next->tokens.cache_write, next->tokens.output, next->tokens.reasoning})
      must(part >= 0);
  }
}

// The cuts are drawn from a small generator of numbers; step 0 feeds all at once.
inline summary fed(dialect_id spoken, std::string_view bytes, std::uint32_t seed) {
  const auto reader = dialect_of(spoken).read_stream(operation::chat_completions, {});
  summary made;
  while (!bytes.empty()) {
    seed = seed == 0 ? 0 : seed * 1664525u + 1013904223u;
    const std::size_t length = seed == 0 ? bytes.size() : 1 + (seed >> 24) % 40;
    // An own allocation for each piece: a view that is kept too long is found by the sanitizer.
    reader->feed(std::string(bytes.substr(0, length)));
    take(*reader, made);
    bytes.remove_prefix(std::min(length, bytes.size()));
  }
  reader->end();
  take(*reader, made);
  return made;
}

/// The first two bytes say how the rest is cut.
inline void check_stream(dialect_id spoken, const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return;
  const std::string_view stream(reinterpret_cast<const char*>(bytes) + 2, size - 2);
  const summary whole = fed(spoken, stream, 0);
  must(whole.raw == stream);
  must(fed(spoken, stream, 1u + bytes[0] + 256u * bytes[1]) == whole);
}

}  // namespace sallyport::fuzz
