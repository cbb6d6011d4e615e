#pragma once
/// What providers of the `anthropic_messages` dialect say about tokens and about why they stopped, and the same said to clients.

#include "adapters/json.hpp"
#include "adapters/json_object.hpp"
#include "adapters/words/event.hpp"
#include "adapters/words/usage.hpp"

#include <optional>
#include <string_view>

namespace sallyport::anthropic_messages {

/// The figures of one answer, which come twice in a stream: with its beginning, and final with its end. Each figure is its last one; none
/// is added to another. `input_tokens` excludes what a cache served or took, `output_tokens` includes thinking.
///
/// Where the provider compacted the conversation first, the figures leave that out and `iterations` has both: then their sum is charged
/// (docs.anthropic.com, compaction; recorded).
class token_report {
 public:
  /// The `usage` object of a reply, of message_start or of message_delta.
  void read(json_value reported);
  /// Disjoint counts, never negative; basis none where nothing was reported.
  usage tokens() const;

 private:
  std::optional<std::int64_t> input_, cached_, cache_write_, output_, thinking_;
};

/// What a stop_reason says; nothing when it is null, missing or empty.
std::optional<finish_reason> finish_of(json_value stop_reason);
std::string_view stop_reason_of(finish_reason why);

/// The text that stands beside a refusal: stop_details.explanation. Empty: none. `of` holds stop_reason and stop_details.
std::string_view explanation_in(json_value of);

/// The members of a `usage` object, each with its final figure.
void write_usage(const usage& tokens, json_object& to);

}  // namespace sallyport::anthropic_messages
