#include "proxy/rehearsal/question.hpp"

#include "adapters/token_estimate.hpp"
#include "proxy/rehearsal/schema_example.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace sallyport::rehearsal {
namespace {

namespace json = boost::json;

constexpr std::size_t echo_max = 4u << 10;
constexpr std::size_t inputs_max = 2'048;
constexpr int dimensions_max = 3'072;
constexpr int choices_max = 8;
constexpr std::int64_t tokens_a_message = 4;

failure refuse(std::string sentence, std::string param) {
  return fail_with(failure_kind::invalid_request, std::move(sentence), std::move(param));
}

std::string_view text_at(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

const json::object* object_at(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  return found != nullptr ? found->if_object() : nullptr;
}

const json::array* array_at(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  return found != nullptr ? found->if_array() : nullptr;
}

bool is_true(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  return found != nullptr && found->is_bool() && found->get_bool();
}

std::optional<std::int64_t> whole_at(const json::object& from, std::string_view key) {
  const json::value* found = from.if_contains(key);
  if (found == nullptr || !found->is_int64()) return std::nullopt;
  return found->get_int64();
}

/// The text of a message: a string, or the text parts of a list.
std::string text_of(const json::value& content) {
  if (content.is_string()) return std::string(content.get_string());
  std::string text;
  if (const json::array* parts = content.if_array())
    for (const json::value& part : *parts)
      if (const json::object* at = part.if_object()) text += text_at(*at, "text");
  return text;
}

/// The longest prefix within `size` bytes that does not cut a UTF-8 sequence.
std::string_view whole_prefix(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0u) == 0x80u) --size;
  return text.substr(0, size);
}

result<void> read_messages(const json::object& body, question& into) {
  const json::array* messages = array_at(body, "messages");
  if (messages == nullptr || messages->empty()) return refuse("'messages' must be a list with at least one message.", "messages");
  for (const json::value& message : *messages) {
    const json::object* at = message.if_object();
    if (at == nullptr || text_at(*at, "role").empty()) return refuse("Each message needs a role.", "messages");
    const json::value* content = at->if_contains("content");
    const std::string text = content != nullptr ? text_of(*content) : std::string();
    into.prompt_tokens += tokens_a_message + estimate_tokens(text.size());
    into.last_is_assistant = text_at(*at, "role") == "assistant";
    into.begun = into.last_is_assistant ? text : std::string();
    if (text_at(*at, "role") == "user" || text_at(*at, "role") == "tool") into.last_text = whole_prefix(text, echo_max);
  }
  return {};
}

/// The tool that the choice names, or the first one when it only demands some tool.
std::string_view demanded_tool(const json::object& body, const json::array& tools) {
  const json::value* choice = body.if_contains("tool_choice");
  if (choice == nullptr) return {};
  if (const json::object* named = choice->if_object())
    if (const json::object* function = object_at(*named, "function")) return text_at(*function, "name");
  if (!choice->is_string() || choice->get_string() != "required" || !tools.front().is_object()) return {};
  const json::object* function = object_at(tools.front().get_object(), "function");
  return function != nullptr ? text_at(*function, "name") : std::string_view();
}

bool is_wanted(std::string_view name, std::string_view demanded, std::string_view text) {
  if (!demanded.empty()) return name == demanded;
  return text.find(name) != std::string_view::npos ||
         (text.find("weather") != std::string_view::npos && name.find("weather") != std::string_view::npos);
}

result<void> read_tools(const json::object& body, question& into) {
  const json::array* tools = array_at(body, "tools");
  if (tools == nullptr) return {};
  if (tools->empty()) return refuse("'tools' must not be an empty list.", "tools");
  if (text_at(body, "tool_choice") == "none") return {};
  const std::string_view demanded = demanded_tool(body, *tools);
  for (const json::value& tool : *tools) {
    const json::object* at = tool.if_object();
    const json::object* function = at != nullptr ? object_at(*at, "function") : nullptr;
    if (function == nullptr || text_at(*function, "name").empty()) continue;
    if (!is_wanted(text_at(*function, "name"), demanded, into.last_text)) continue;
    const json::value* parameters = function->if_contains("parameters");
    const std::string schema = parameters != nullptr ? json::serialize(*parameters) : "{\"type\":\"object\"}";
    into.tool = tool_wish{std::string(text_at(*function, "name")), example_of(schema, "Paris"), object_at(body, "tool_choice") != nullptr};
    return {};
  }
  return {};
}

void read_format(const json::object& body, question& into) {
  const json::object* format = object_at(body, "response_format");
  if (format == nullptr) return;
  if (text_at(*format, "type") == "json_object") into.json_answer = R"({"answer":"rehearsal"})";
  if (text_at(*format, "type") != "json_schema") return;
  const json::object* wrapper = object_at(*format, "json_schema");
  const json::value* schema = wrapper != nullptr ? wrapper->if_contains("schema") : nullptr;
  into.json_answer = schema != nullptr ? example_of(json::serialize(*schema), "rehearsal") : "{}";
}

result<void> read_stream(const json::object& body, question& into) {
  into.stream = is_true(body, "stream");
  const json::object* options = object_at(body, "stream_options");
  if (options != nullptr && !into.stream) return refuse("'stream_options' is only allowed when 'stream' is true.", "stream_options");
  into.include_usage = options != nullptr && is_true(*options, "include_usage");
  return {};
}

void add_input(question& into, std::string text) {
  into.prompt_tokens += estimate_tokens(text.size());
  into.inputs.push_back(std::move(text));
}

/// A string, a list of strings, one list of token ids, or a list of such lists.
result<void> read_inputs(const json::value* found, question& into, std::string_view key) {
  if (found == nullptr) return refuse("'" + std::string(key) + "' is missing.", std::string(key));
  const json::array* list = found->if_array();
  if (list != nullptr && (list->empty() || list->size() > inputs_max))
    return refuse("'" + std::string(key) + "' must have 1 to 2048 entries.", std::string(key));
  if (list == nullptr || list->front().is_number()) {
    add_input(into, found->is_string() ? std::string(found->get_string()) : json::serialize(*found));
    return {};
  }
  for (const json::value& one : *list) add_input(into, one.is_string() ? std::string(one.get_string()) : json::serialize(one));
  return {};
}

result<void> read_embeddings(const json::object& body, question& into) {
  const std::string_view format = text_at(body, "encoding_format");
  if (!format.empty() && format != "float" && format != "base64") return refuse("'encoding_format' is float or base64.", "encoding_format");
  into.base64 = format == "base64";
  const auto dimensions = whole_at(body, "dimensions").value_or(into.dimensions);
  if (dimensions < 1 || dimensions > dimensions_max) return refuse("'dimensions' must be 1 to 3072.", "dimensions");
  into.dimensions = static_cast<int>(dimensions);
  return read_inputs(body.if_contains("input"), into, "input");
}

result<void> read_completions(const json::object& body, question& into) {
  if (auto read = read_inputs(body.if_contains("prompt"), into, "prompt"); !read) return read;
  into.last_text = whole_prefix(into.inputs.back(), echo_max);
  return read_stream(body, into);
}

result<void> read_chat(const json::object& body, question& into) {
  if (auto read = read_messages(body, into); !read) return read;
  if (auto read = read_tools(body, into); !read) return read;
  read_format(body, into);
  return read_stream(body, into);
}

result<void> read_rest(const json::object& body, question& into) {
  switch (into.asks) {
    case operation::count_tokens:
    case operation::chat_completions: return read_chat(body, into);
    case operation::completions: return read_completions(body, into);
    case operation::embeddings: return read_embeddings(body, into);
  }
  return {};
}

}  // namespace

result<question> read_question(operation asks, std::string_view body) {
  boost::system::error_code unreadable;
  const json::value root = json::parse(body, unreadable, {}, json::parse_options{.max_depth = 128});
  if (unreadable || !root.is_object()) return fail_with(failure_kind::invalid_json, "The body is not a JSON object.");
  const json::object& at = root.get_object();
  question asked;
  asked.asks = asks;
  asked.model = text_at(at, "model");
  if (asked.model.empty()) return refuse("'model' is missing.", "model");
  const auto conduct = conduct_of(asked.model);
  if (!conduct) return conduct.error();
  asked.asked_conduct = *conduct;
  asked.choices = static_cast<int>(std::clamp<std::int64_t>(whole_at(at, "n").value_or(1), 1, choices_max));
  asked.max_tokens = whole_at(at, "max_completion_tokens");
  if (!asked.max_tokens) asked.max_tokens = whole_at(at, "max_tokens");
  if (asked.max_tokens && *asked.max_tokens < 1) return refuse("'max_tokens' must be at least 1.", "max_tokens");
  if (auto read = read_rest(at, asked); !read) return read.error();
  return asked;
}

}  // namespace sallyport::rehearsal
