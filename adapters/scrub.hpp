#pragma once
/// Makes text of a provider fit for the log.

#include <string>
#include <string_view>

namespace sallyport {

/// The text in one line, at most `length_max` bytes, with all that looks like a credential (`sk-...`, `gsk_...`, what follows `Bearer`,
/// runs of 24 and more letters and digits) replaced by `***`.
std::string scrubbed(std::string_view text, std::size_t length_max);

}  // namespace sallyport
