#pragma once
/// The bodies of the OpenAI wire as a provider writes them: whole replies, the chunks of a stream, errors, the list of models. Pure.

#include "proxy/rehearsal/answer.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::rehearsal {

/// One event of a stream: the JSON of its data line.
struct wire_event {
  std::string json;
  bool is_token = false;  ///< it carries one token of one choice
};

/// `ordinal` is the number of the request at this upstream: ids and `created` follow from it.
std::string whole_body(const question& asked, const answer& what, std::uint64_t ordinal, bool with_usage);
/// The events of a stream in order, without [DONE]: role, reasoning, tokens (interleaved by choice), finish for each choice, usage in a
/// chunk of its own.
/// With `usage_on_finish` it stands on the finish chunk instead.
std::vector<wire_event> stream_events(const question& asked, const answer& what, std::uint64_t ordinal, bool with_usage,
                                      bool usage_on_finish);

std::string error_body(std::string_view message, std::string_view type, std::string_view param, std::string_view code);
/// A reply that has the right shape and nothing in it.
std::string no_choices_body(const question& asked, std::uint64_t ordinal);
std::string models_body(const std::vector<std::string>& models);

}  // namespace sallyport::rehearsal
