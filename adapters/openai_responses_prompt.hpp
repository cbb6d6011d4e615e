#pragma once
/// What the prompt of a Responses call holds: how much text, and images.

#include "adapters/json.hpp"

#include <cstddef>
#include <string>

namespace sallyport::openai_responses {

struct prompt_contents {
  std::size_t text_bytes = 0;
  bool has_images = false;
  std::string twice;   ///< where a name that we read stands twice, as in `input[3].content`; empty when none does
};

/// Of `instructions`, `input` and `tools`. Linear.
prompt_contents contents_of_prompt(json_value body);

}  // namespace sallyport::openai_responses
