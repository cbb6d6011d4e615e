#pragma once
/// Writes a stream of the `openai_responses` dialect: events -> the named events that its clients put together to a response.

#include "adapters/dialect.hpp"
#include "adapters/json_object.hpp"
#include "adapters/openai_responses_object.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::openai_responses {

/// Memory: the answer so far, since the last events say all of it again.
class event_writer final : public stream_writer {
 public:
  event_writer(const call& asked, const stream_identity& of, std::string_view delivered);

  std::string write(const event& said) override;
  void resumed_by(std::string_view served_by) override { resumed_by_ = served_by; }

 private:
  /// A text or a refusal, in a message that may hold several.
  struct open_message {
    std::size_t place = 0;
    std::string id;
    std::string ended_parts;      ///< JSON text, commas between them
    int part = -1;                ///< the index of the open part, or of the last one
    bool is_open = false;         ///< a part is
    bool is_refusal = false;
    std::string text, logprobs;   ///< of the open part; the latter without brackets
  };
  struct open_reasoning {
    std::size_t place = 0;
    std::string id, text;
  };
  /// Stays open to the end of the answer: the fragments of several may come in any order.
  struct open_tool {
    int index = 0;
    std::size_t place = 0;
    bool is_custom = false;
    std::string id, call_id, name, text, space;
  };

  void take(const event& said);
  void begin();
  void end();
  void fail_with(const failure& why);

  void say_content(const event& said);
  void say_reasoning(std::string_view text);
  void say_state(std::string_view id, std::string_view bytes);
  void say_tool(const event& said);

  void begin_message();
  void begin_part(bool is_refusal);
  void end_part();
  void end_message(std::string_view status);
  void begin_reasoning();
  void end_reasoning(std::string_view state);
  open_tool& tool_of(const event& said);
  void say_arguments(open_tool& tool, std::string_view piece);
  void end_tool(open_tool& tool, std::string_view status);

  std::size_t new_place();
  std::string& item_at(std::size_t place) { return items_[place - first_place_]; }
  json_object about(std::string_view type);
  json_object about_item(std::string_view type, std::string_view item, std::size_t place);
  void send(json_object& data);
  void send_part(std::string_view type, std::string_view part);
  void send_item(bool is_done, std::size_t place, std::string_view item);
  void send_response(std::string_view type, const response_state& state);
  std::string status_of_items() const;

  stream_identity of_;
  asked_for asked_;
  std::string response_;
  std::string resumed_by_;
  std::string out_;                     ///< of the present write
  std::int64_t number_ = 0;
  bool has_begun_ = false;
  bool has_ended_ = false;
  std::size_t first_place_ = 0;         ///< of items_: another deployment's may stand in front
  std::vector<std::string> items_;      ///< those that ended, by their place
  std::optional<open_message> message_;
  std::optional<open_reasoning> reasoning_;
  std::vector<open_tool> tools_;
  finish_reason finish_ = finish_reason::other;
  usage tokens_;
};

}  // namespace sallyport::openai_responses
