#pragma once
/// The closed list of wire languages and of the operations that a call may ask for.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport {

/// Wire languages that this binary speaks. A new one is added here, in adapters/dialects.cpp and in the configuration's key table.
enum class dialect_id : std::uint8_t { openai_chat };

/// What the client asks for. The path under the provider's base address follows from it.
enum class operation : std::uint8_t { chat_completions, completions, embeddings };

inline constexpr std::string_view name_of(dialect_id) { return "openai_chat"; }

inline constexpr std::string_view name_of(operation what) {
  constexpr std::array<std::string_view, 3> names{"chat_completions", "completions", "embeddings"};
  return names[static_cast<std::size_t>(what)];
}

inline constexpr std::optional<dialect_id> dialect_named(std::string_view name) {
  if (name == "openai_chat") return dialect_id::openai_chat;
  return std::nullopt;
}

}  // namespace sallyport
