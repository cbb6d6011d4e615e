#pragma once
/// Messages of another dialect's call -> the items that a provider of `openai_responses` reads.

#include "adapters/call_fields.hpp"
#include "adapters/json_object.hpp"
#include "adapters/warning_list.hpp"
#include "adapters/words/chat.hpp"

#include <string>
#include <string_view>

namespace sallyport::openai_responses {

/// `instructions` (a leading system message) and `input`, as members of the object that is open. `origin`: thoughts of that provider go
/// back to it, all others are left out. Fails with not_supported for media in a form that it does not take.
field_problem write_input(const chat& said, std::string_view origin, json_object& to, warning_list& warnings);

/// Names above 64 bytes are refused ("string too long"): such a one becomes a shorter one, the same always the same.
std::string short_name(std::string_view name, std::string_view prefix);

/// Whether a message holds thoughts that go back to that provider.
bool holds_thoughts_of(const chat& said, std::string_view origin);

}  // namespace sallyport::openai_responses
