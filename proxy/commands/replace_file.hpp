#pragma once
/// A file written anew as a whole or not at all.

#include "adapters/words/result.hpp"

#include <string>
#include <string_view>

namespace sallyport::commands {

/// Writes the text beside the file, syncs it and puts it in the file's place in one step, with the file's own permissions when it was
/// there: whoever reads the path sees the old text or the new one, and after a failure the old one stays. A symbolic link is followed.
result<void> replace_file(const std::string& path, std::string_view text);

}  // namespace sallyport::commands
