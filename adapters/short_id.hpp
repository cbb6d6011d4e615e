#pragma once
/// Ids of tool calls for providers that take only short ones. The same id always gives the same short one, so that call and result keep
/// together over the turns of a conversation.

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport {

/// Letters and digits, of just that length.
bool is_short_id(std::string_view id, std::size_t length);
/// Made from the id; two ids of a conversation come to the same one with a chance of 1 in 10^16 at 9 letters.
std::string short_id(std::string_view id, std::size_t length);

}  // namespace sallyport
