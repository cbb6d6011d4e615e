#pragma once
/// How much text a prompt holds, for an estimate of its tokens.

#include "adapters/json.hpp"

#include <cstddef>

namespace sallyport {

/// All strings below that value, but for the bytes of media and their addresses: no text that a model reads word by word.
std::size_t text_bytes_in(json_value value);

/// Of tool definitions, which are shown to the model as a schema: their names count like their texts.
std::size_t schema_bytes_in(json_value value);

/// A message costs a few tokens of its own (role, separators).
inline constexpr std::size_t message_frame_bytes = 12;

}  // namespace sallyport
