#pragma once
/// One client request as we understood it, whatever dialect it came in.

#include "adapters/words/dialect_id.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace sallyport {

/// A range of bytes of a call's body.
struct text_range {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::size_t end() const { return offset + length; }
  bool operator==(const text_range&) const = default;
};

/// Where in the body the few places stand that a verbatim relay may change. Ranges refer to call::body.
struct splice_points {
  text_range model;                                ///< the JSON string of "model", quotes included
  std::optional<text_range> stream_options;        ///< the value of "stream_options", braces included (or `null`)
  std::optional<text_range> include_usage;         ///< the value of "stream_options.include_usage"
  text_range prompt;                               ///< the value of "messages", "prompt" or "input"; nobody changes it
  std::size_t object_start = 0;                    ///< just behind the body's opening brace
};

struct call {
  dialect_id dialect = dialect_id::openai_chat;
  operation asks = operation::chat_completions;
  std::string body;            ///< as it came, byte for byte
  splice_points places;
  std::string model;           ///< the public name asked for, unescaped
  bool stream = false;
  bool asked_for_usage = false;                ///< the client itself set stream_options.include_usage
  std::optional<std::int64_t> max_tokens;      ///< max_completion_tokens, else max_tokens
  std::int64_t prompt_tokens_estimate = 0;     ///< from the text alone; for limits, conditions and missing usage
  int choices = 1;                             ///< n
  bool has_tools = false;
  bool has_images = false;
  std::string previous_response;               ///< previous_response_id: the provider's that holds it; empty: none
};

}  // namespace sallyport
