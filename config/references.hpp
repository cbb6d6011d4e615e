#pragma once
/// ${env:NAME}, ${env:NAME:-default}, ${file:PATH} and $$ in a scalar, filled in after the YAML was parsed: what comes in is text and can
/// neither add keys nor change the structure.

#include "config/scalar.hpp"
#include "config/load.hpp"

#include <string>
#include <string_view>

namespace sallyport::config {

/// The text with every reference replaced. `plain` says whether the scalar stood without quotes, `folder` where a relative PATH starts.
/// The value of a variable or file is never part of a complaint.
parsed<scalar> filled(std::string_view text, bool plain, const std::string& folder, const surroundings& world);

/// `path` itself when it is absolute, else below `folder`.
std::string path_from(const std::string& folder, const std::string& path);

}  // namespace sallyport::config
