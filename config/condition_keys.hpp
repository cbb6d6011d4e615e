#pragma once
/// Where a condition stands in the configuration.

#include "config/condition.hpp"
#include "config/condition_names.hpp"
#include "config/cursor.hpp"
#include "config/value_kinds.hpp"

#include <optional>
#include <string>

namespace sallyport::config {

/// The text of a condition. It takes no references: what came from a variable or a file must not show in problems or explanations, and those
/// quote conditions.
value_kind<std::string> written_condition();

/// Compiled; nothing for an empty text, and nothing with its problems said where it is wrong.
std::optional<condition> compiled_at(const cursor& at, const std::string& text, const condition_names& names);

}  // namespace sallyport::config
