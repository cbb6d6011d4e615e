#include "proxy/rehearsal/stream_verdict.hpp"

#include <boost/json.hpp>

namespace sallyport::rehearsal {
namespace {

namespace json = boost::json;

const json::object* first_choice(const json::object& chunk) {
  const json::value* choices = chunk.if_contains("choices");
  if (choices == nullptr || !choices->is_array() || choices->get_array().empty()) return nullptr;
  return choices->get_array().front().if_object();
}

std::string_view text_at(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

}  // namespace

void stream_verdict::feed(std::string_view bytes) {
  pending_ += bytes;
  std::size_t begin = 0;
  for (std::size_t end = pending_.find("\n\n"); end != std::string::npos; end = pending_.find("\n\n", begin)) {
    read_event(std::string_view(pending_).substr(begin, end - begin));
    begin = end + 2;
  }
  pending_.erase(0, begin);
}

void stream_verdict::read_event(std::string_view event) {
  if (!event.starts_with("data:")) return;
  event.remove_prefix(event.starts_with("data: ") ? 6 : 5);
  if (event == "[DONE]")
    has_done_ = true;
  else
    read_chunk(event);
}

void stream_verdict::read_chunk(std::string_view text) {
  boost::system::error_code unreadable;
  const json::value root = json::parse(text, unreadable);
  const json::object* chunk = unreadable ? nullptr : root.if_object();
  if (chunk == nullptr) {
    error_ = "an event is not JSON";
    return;
  }
  if (const json::value* error = chunk->if_contains("error"); error != nullptr && error->is_object()) {
    error_ = text_at(error->get_object(), "message");
    if (error_.empty()) error_ = "an error without a message";
  }
  const json::object* choice = first_choice(*chunk);
  if (choice == nullptr) return;
  has_finish_ = has_finish_ || !text_at(*choice, "finish_reason").empty();
  if (const json::value* delta = choice->if_contains("delta"); delta != nullptr && delta->is_object())
    text_ += text_at(delta->get_object(), "content");
}

}  // namespace sallyport::rehearsal
