#pragma once
/// What the built-in upstream says: the same for the same question, so that a test can know every byte of it. Pure.

#include "proxy/rehearsal/question.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::rehearsal {

/// Who an upstream is and how it speaks when its model's name asks for nothing else.
struct character {
  std::string name = "rehearsal";              ///< it says so in each answer
  std::string key;                             ///< demanded as `Authorization: Bearer KEY`; empty: anyone may ask
  std::vector<std::string> models{"rehearsal"};///< what GET /v1/models lists; any other name is answered all the same
  std::chrono::milliseconds first_token{0};    ///< before the first token
  std::chrono::milliseconds pace{0};           ///< before each later token
  std::chrono::milliseconds jitter{0};         ///< added to each pace, at most
};

struct answer {
  std::vector<std::string> reasoning;  ///< tokens of thought, before the text
  std::vector<std::string> tokens;     ///< of the text, the refusal or the tool's arguments
  std::string finish;                  ///< stop, length, tool_calls, content_filter
  bool is_refusal = false;
  std::int64_t cached_tokens = 0;      ///< inside the prompt tokens
  std::int64_t completion_tokens = 0;  ///< of all choices, reasoning included

  std::string text() const;
};

/// The tokens of a plain answer: who speaks, what it was asked, and, when `length` says so, numbered words up to exactly that many.
std::vector<std::string> spoken_tokens(std::string_view speaker, std::string_view last_text, std::optional<std::int64_t> length);

answer compose(const question& asked, const conduct& in_force, const character& who);

/// A vector of length 1 that depends on text and dimensions alone.
std::vector<float> embedding_of(std::string_view text, int dimensions);
/// Little-endian float32, base64: what the SDKs decode.
std::string base64_of(const std::vector<float>& vector);

}  // namespace sallyport::rehearsal
