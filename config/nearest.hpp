#pragma once
/// The valid name that a mistyped one was most likely meant to be.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

/// The candidate with the smallest edit distance (insert, remove, replace, swap of neighbours), when it is near enough to be a typing
/// error: a third of the name's length, at least one. The first of several equally near ones.
std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates);

/// `; did you mean "chat"?`, or `; known are: a, b, c` when nothing is near, or nothing when there is no candidate.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace sallyport::config
