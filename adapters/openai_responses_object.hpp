#pragma once
/// The response object and its items, as clients of `openai_responses` read them: whole, and in the events of a stream.

#include "adapters/words/call.hpp"
#include "adapters/words/event.hpp"
#include "adapters/words/stream_identity.hpp"
#include "adapters/words/usage.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace sallyport::openai_responses {

/// What an answer has of its call: the names of tools that take free text, and what a response says again of it.
class asked_for {
 public:
  asked_for() = default;
  explicit asked_for(const call& asked);

  bool is_custom(std::string_view tool) const;

  /// A tool of a namespace, by the name that it has outside of one (openai_responses_tools.hpp).
  struct spaced_name {
    std::string space, name;
  };
  /// Null: it is of none.
  const spaced_name* in_space(std::string_view tool) const;
  /// JSON members, with a comma before each.
  const std::string& members() const { return members_; }

 private:
  std::set<std::string, std::less<>> custom_;
  std::map<std::string, spaced_name, std::less<>> spaced_;
  std::string members_;
};

/// "resp_..": the provider's where it has that form.
std::string response_id(std::string_view of_provider);
/// As in msg_ID_0: of the response's id and the item's place. `prefix` is msg, fc, ctc, rs. Never above 64 bytes, which a provider would
/// refuse should it ever come back to one.
std::string item_id(std::string_view prefix, std::string_view response, std::size_t place);

/// How it stands with a response.
struct response_state {
  std::string_view status = "in_progress";    ///< in_progress, completed, incomplete, failed
  std::string_view incomplete;                ///< incomplete_details.reason
  std::string_view error;                     ///< JSON text
  std::string_view output;                    ///< JSON text of the items, commas between them
  usage tokens;
};

std::string response_object(const stream_identity& of, const asked_for& asked, const response_state& state);

std::string text_part(std::string_view text, std::string_view logprobs);
std::string refusal_part(std::string_view text);
/// `parts`: JSON text, commas between them.
std::string message_item(std::string_view id, std::string_view status, std::string_view parts);
/// `text`: arguments, or the input of a custom tool.
struct called_tool {
  bool is_custom = false;
  std::string_view call_id, name, text, space = {};
};
std::string tool_item(std::string_view id, std::string_view status, const called_tool& tool);
/// `state` is written as it is; empty: there is none.
std::string reasoning_item(std::string_view id, std::string_view summary, std::string_view state);

}  // namespace sallyport::openai_responses
