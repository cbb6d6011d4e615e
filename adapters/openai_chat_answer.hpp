#pragma once
/// Whole answers of the `openai_chat` dialect, for clients and from providers of other dialects.

#include "adapters/dialect.hpp"
#include "adapters/openai_chat_words.hpp"

#include <string>
#include <string_view>

namespace sallyport::openai_chat {

/// The first choice of a reply's body. Fails as read_reply does.
result<answer> read_answer(std::string_view body);

std::string write_answer(const call& asked, const answer& said);

/// The id of an answer as clients of the dialect know it: ids of other dialects (msg_.., resp_..) get its prefix.
std::string answer_id(std::string_view id);

}  // namespace sallyport::openai_chat
