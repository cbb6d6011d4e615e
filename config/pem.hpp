#pragma once
/// Whether a file that a key names can be read and holds what it should.

#include "config/cursor.hpp"

#include <string>
#include <string_view>

namespace sallyport::config {

/// `label`: what stands, alone or after other words, in one of its `-----BEGIN ...-----` lines.
void check_pem(const cursor& at, const std::string& path, std::string_view label);

}  // namespace sallyport::config
