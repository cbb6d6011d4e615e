#include "proxy/rehearsal/stream_verdict.hpp"

#include <boost/json.hpp>

#include <utility>

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
  if (skips_lf_ && !bytes.empty()) {
    if (bytes.front() == '\n') bytes.remove_prefix(1);
    skips_lf_ = false;
  }
  for (std::size_t end = bytes.find_first_of("\r\n"); end != std::string_view::npos; end = bytes.find_first_of("\r\n")) {
    line_ += bytes.substr(0, end);
    const bool is_pair = bytes.substr(end).starts_with("\r\n");
    skips_lf_ = bytes[end] == '\r' && end + 1 == bytes.size();
    bytes.remove_prefix(end + (is_pair ? 2 : 1));
    read_line(std::exchange(line_, {}));
  }
  line_ += bytes;
}

void stream_verdict::read_line(std::string_view line) {
  if (line.empty()) {
    if (std::exchange(has_data_, false)) read_event(data_);
    data_.clear();
    return;
  }
  if (!line.starts_with("data:")) return;
  line.remove_prefix(line.starts_with("data: ") ? 6 : 5);
  if (std::exchange(has_data_, true)) data_ += '\n';
  data_ += line;
}

void stream_verdict::read_event(std::string_view data) {
  if (data == "[DONE]")
    has_done_ = true;
  else
    read_chunk(data);
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
