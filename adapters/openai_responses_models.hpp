#pragma once
/// What the name of a model says about it, where OpenAI refuses a field instead of ignoring it.

#include <string_view>

namespace sallyport::openai_responses {

/// It thinks, so its encrypted thoughts can be asked for: o1, o3, o4-mini, gpt-5 and later, grok. Of a name that says nothing: no.
bool is_known_to_think(std::string_view model);

/// It never does, and refuses `reasoning` and encrypted thoughts ("Encrypted content is not supported with this model"): gpt-3.5, gpt-4o,
/// gpt-4.1, gpt-5-chat.
bool is_known_not_to_think(std::string_view model);

/// It refuses `temperature` and `top_p` while it thinks: those of OpenAI.
bool refuses_sampling(std::string_view model);

}  // namespace sallyport::openai_responses
