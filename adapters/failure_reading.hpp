#pragma once
/// What a provider's error comes to, whatever dialect it speaks: its kind, what the log says of it, and its words where the client is to
/// read them. How such words look when they are written anew is the dialect's.

#include "adapters/provider_error.hpp"
#include "adapters/words/failure.hpp"
#include "adapters/words/header_list.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace sallyport {

/// The provider's words are kept up to this length; longer ones are written anew with the beginning of their message.
inline constexpr std::size_t said_bytes_max = 64 * 1024;

/// A dialect and its error body for what was said.
struct failure_shape {
  dialect_id in = dialect_id::openai_chat;
  std::string (*body)(failure_kind kind, const provider_error& said) = nullptr;
};

/// A reply with a status of 300 and above.
failure failure_of_reply(const failure_shape& shape, int status, const header_list& headers, std::string_view body,
                         std::chrono::system_clock::time_point wall);

/// An error inside a 2xx reply or in a stream.
failure failure_inside(const failure_shape& shape, const provider_error& said);

}  // namespace sallyport
