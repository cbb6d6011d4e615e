#pragma once
/// The closed list of wire languages and of the operations that a call may ask for.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport {

/// Wire languages that this binary speaks. A new one is added here and in adapters/dialects.cpp.
enum class dialect_id : std::uint8_t { openai_chat, openai_responses, anthropic_messages };

inline constexpr std::array<std::string_view, 3> dialect_names{"openai_chat", "openai_responses", "anthropic_messages"};

inline constexpr std::string_view name_of(dialect_id which) { return dialect_names[static_cast<std::size_t>(which)]; }

inline constexpr std::optional<dialect_id> dialect_named(std::string_view name) {
  for (std::size_t i = 0; i < dialect_names.size(); ++i)
    if (dialect_names[i] == name) return static_cast<dialect_id>(i);
  return std::nullopt;
}

/// What the client asks for, in whatever dialect: a chat is one at /v1/chat/completions, /v1/messages and /v1/responses. The path under the
/// provider's base address follows from it and from the provider's dialect.
enum class operation : std::uint8_t { chat_completions, completions, embeddings, count_tokens };

inline constexpr std::string_view name_of(operation what) {
  constexpr std::array<std::string_view, 4> names{"chat_completions", "completions", "embeddings", "count_tokens"};
  return names[static_cast<std::size_t>(what)];
}

/// Whether a model writes something when it is asked that.
inline constexpr bool writes_tokens(operation what) { return what == operation::chat_completions || what == operation::completions; }

}  // namespace sallyport
