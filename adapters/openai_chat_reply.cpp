#include "adapters/openai_chat_reply.hpp"

#include "adapters/openai_chat_failure.hpp"
#include "adapters/openai_chat_usage.hpp"
#include "adapters/openai_chat_words.hpp"

namespace sallyport::openai_chat {
namespace {

class words_length final : public words_sink {
 public:
  explicit words_length(std::vector<std::string>& states) : states_(states) {}
  void say(event_kind, std::string_view text) override { bytes_ += text.size(); }
  void say_state(std::string_view, std::string_view bytes) override { states_.emplace_back(bytes); }
  void say_tool(const tool_part&, std::string_view arguments) override { bytes_ += arguments.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::vector<std::string>& states_;
  std::size_t bytes_ = 0;
};

// A choice without any words is an answer: the model may have nothing to say.
result<whole_reply> read_choices(json_value choices) {
  whole_reply made;
  words_length words(made.states);
  std::optional<finish_reason> finish;
  maybe_failure why;
  std::size_t count = 0;
  choices.each_item([&](json_value choice) {
    if (!choice.is(json_kind::object)) return;
    ++count;
    read_words(choice, choice["message"], words);
    const auto said = finish_of(choice["finish_reason"]);
    if (said && said->failed && !why) why = failure_of_choice(choice);
    if (said && !finish) finish = said->reason;
  });
  if (why) return *std::move(why);
  if (count == 0) return fail(failure_kind::empty_reply, "a reply without choices");
  made.text_bytes = words.bytes();
  made.finish = finish.value_or(finish_reason::other);
  return made;
}

result<whole_reply> read_embeddings(json_value rows) {
  if (!rows.first_item().is_given()) return fail(failure_kind::empty_reply, "a reply without embeddings");
  whole_reply made;
  made.finish = finish_reason::stop;
  return made;
}

}  // namespace

result<whole_reply> reply_in(operation asked, json_value root) {
  if (!root.is(json_kind::object)) return fail(failure_kind::garbled_reply, "a reply that is JSON but no object");
  if (is_error(root)) return failure_inside(root);
  auto made = asked == operation::embeddings ? read_embeddings(root["data"]) : read_choices(root["choices"]);
  if (made) made->tokens = usage_in(root);
  return made;
}

maybe_failure parse_reply(std::string_view body, json_document& into) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return fail(failure_kind::empty_reply, "an empty body");
  if (into.parse(body)) return std::nullopt;
  return fail(failure_kind::garbled_reply, "a reply that is not JSON: " + std::string(into.problem()));
}

result<whole_reply> read_reply(operation asked, std::string_view body) {
  thread_local json_document document;
  if (auto why = parse_reply(body, document)) return *std::move(why);
  auto made = reply_in(asked, document.root());
  document.forget_large();
  return made;
}

}  // namespace sallyport::openai_chat
