#pragma once
/// What a request to the built-in upstream asks for, taken out of its body. Pure.

#include "adapters/words/dialect_id.hpp"
#include "adapters/words/result.hpp"
#include "proxy/rehearsal/fault_catalogue.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::rehearsal {

class tongue;

/// A tool that the answer is to call.
struct tool_wish {
  std::string name;
  std::string arguments;       ///< JSON text that fits the tool's parameters
  bool forced_by_name = false; ///< such an answer ends with `stop`, not `tool_calls` (as OpenAI does)
};

struct question {
  operation asks = operation::chat_completions;
  std::string model;                       ///< as sent, faults included
  conduct asked_conduct;
  bool stream = false;
  bool include_usage = false;
  int choices = 1;                         ///< n, at most 8
  std::optional<std::int64_t> max_tokens;
  std::string last_text;                   ///< of the last user message, or the prompt; at most 4 KiB of it
  bool last_is_assistant = false;
  std::string begun;                       ///< of that last message: what the answer goes on with
  std::int64_t prompt_tokens = 0;          ///< deterministic: about four bytes each, and four a message
  std::optional<tool_wish> tool;
  std::optional<std::string> json_answer;  ///< a response_format wants JSON: the text to answer
  std::vector<std::string> inputs;         ///< embeddings: each input as text
  bool base64 = false;
  int dimensions = 16;
  std::shared_ptr<tongue> in_words;        ///< of another language than OpenAI's chat; null: it is asked and answers in that
};

/// Reads a body strictly enough to tell a broken gateway from a sound one: fails with invalid_json or invalid_request.
result<question> read_question(operation asks, std::string_view body);

}  // namespace sallyport::rehearsal
