#pragma once
/// Reading of the data files in the binary with the same key tables that read the operator's file. A mistake in them is one of ours: it
/// throws std::logic_error with the place, at the first use, and a unit test uses each file.

#include "config/cursor.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace sallyport::config {

/// Calls `read` with a cursor at the root of that text, which must be without any problem.
void read_own_data(std::string_view text, const std::string& name, const std::function<void(const cursor&)>& read);

/// Surroundings without variables and files.
const surroundings& nothing_around();

}  // namespace sallyport::config
