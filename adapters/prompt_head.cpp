#include "adapters/prompt_head.hpp"

#include "adapters/json.hpp"
#include "adapters/json_members.hpp"

#include <algorithm>
#include <string_view>

namespace sallyport {
namespace {

/// So many messages may stand before the first one of a user.
constexpr int messages_max = 32;

/// A text that takes no more than so many bytes.
class bounded_text {
 public:
  bounded_text(std::string& into, std::size_t most) : into_(into), left_(most) {}
  void add(std::string_view text) {
    const auto taken = text.substr(0, left_);
    into_ += taken;
    left_ -= taken.size();
  }

 private:
  std::string& into_;
  std::size_t left_;
};

/// Whether there was any.
bool add_content(json_value content, bounded_text& into) {
  bool any = false;
  const auto add = [&](std::string_view text) {
    any = any || !text.empty();
    into.add(text);
  };
  add(content.text());
  content.each_item([&](json_value part) { add(part.is(json_kind::string) ? part.text() : part["text"].text()); });
  return any;
}

std::string head_of_messages(std::string_view body, std::size_t bracket) {
  thread_local json_document document;
  std::string head;
  bounded_text before_user(head, prompt_head_bytes);
  bool any = false, reached = false;
  json_items items(body, bracket);
  for (int i = 0; i < messages_max && !reached; ++i) {
    const auto range = items.next();
    if (!range || !document.parse(body.substr(range->offset, range->length))) break;
    const auto message = document.root();
    const auto role = message["role"].text();
    reached = role == "user";
    bounded_text user(head, prompt_head_bytes);
    auto& into = reached ? user : before_user;
    into.add(role);
    into.add("\n");
    any = add_content(message["content"], into) || any;
    into.add("\n");
  }
  document.forget_large();
  return any ? head : std::string();
}

/// A string, or the first of a list of strings.
std::string head_of_prompt(std::string_view body, text_range prompt) {
  auto first = prompt;
  if (body[prompt.offset] == '[') {
    const auto item = json_items(body, prompt.offset).next();
    if (!item) return {};
    first = *item;
  }
  if (body[first.offset] != '"') return {};
  return std::string(body.substr(first.offset + 1, std::min(first.length - 2, completion_head_bytes)));
}

}  // namespace

std::string prompt_head(const call& of) {
  const auto prompt = of.places.prompt;
  if (prompt.length == 0 || prompt.end() > of.body.size()) return {};
  if (of.asks == operation::chat_completions && of.body[prompt.offset] == '[') return head_of_messages(of.body, prompt.offset);
  if (writes_tokens(of.asks)) return head_of_prompt(of.body, prompt);
  return {};
}

}  // namespace sallyport
