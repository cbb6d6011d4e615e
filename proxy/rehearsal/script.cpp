#include "proxy/rehearsal/script.hpp"

#include "proxy/rehearsal/openai_wire.hpp"
#include "proxy/rehearsal/script_writer.hpp"
#include "proxy/rehearsal/tongue.hpp"

#include <optional>

namespace sallyport::rehearsal {
namespace {

using std::chrono::milliseconds;
using enum fault_kind;

constexpr std::string_view json_type = "application/json";
constexpr std::string_view sse_type = "text/event-stream; charset=utf-8";

std::string_view type_of(const conduct& in_force, bool is_stream) {
  if (in_force.has(wrong_type)) return is_stream ? "text/plain; charset=utf-8" : "text/html; charset=utf-8";
  return is_stream ? sse_type : json_type;
}

/// The faults that end an answer in its middle.
constexpr fault_kind midway_kinds[] = {cut_after,           reset_after,        half_event_at,    stall_after,
                                       stall_with_comments, error_in_stream_at, half_close_after, short_chunk_after};

/// Writes one reply that is a stream of events.
class stream_script {
 public:
  stream_script(const question& asked, const conduct& in_force, const character& who, const occasion& when)
      : in_words_(asked.in_words.get()), in_force_(in_force), who_(who), writer_(in_force, when.ordinal), random_(static_cast<std::uint32_t>(when.ordinal)) {
    line_end_ = in_force.has(crlf) ? "\r\n" : in_force.has(cr) ? "\r" : "\n";
    is_collected_ = in_force.has(gzip_unasked) || in_force.has(gzip_unlabelled) || in_force.has(truncated_content_length);
  }

  script play(const std::vector<wire_event>& events);

 private:
  std::string frame(std::string_view json, bool is_last = false) const;
  std::string comment() const { return ": rehearsal" + line_end_ + line_end_; }
  void emit(std::string bytes) {
    if (bytes.empty()) return;   // an empty chunk would end the message
    if (is_collected_)
      collected_ += bytes;
    else
      writer_.body(bytes);
  }
  void wait_for_token();
  std::optional<fault_kind> breaks_here() const;
  void open();
  script close(bool with_done);

  tongue* in_words_;
  const conduct& in_force_;
  const character& who_;
  script_writer writer_;
  std::uint32_t random_;
  std::string line_end_;
  bool is_collected_;
  std::string collected_;
  std::int64_t tokens_out_ = 0;
};

std::string stream_script::frame(std::string_view json, bool is_last) const {
  if (in_words_) return in_words_->framed(json);
  const std::string field = in_force_.has(no_space) ? "data:" : "data: ";
  std::string text = in_force_.has(comments) ? comment() : std::string();
  text += field;
  if (in_force_.has(multi_line) && json.starts_with('{')) {
    text += "{" + line_end_ + field;  // a line break between tokens is white space to JSON
    json.remove_prefix(1);
  }
  return text + std::string(json) + line_end_ + (is_last && in_force_.has(no_blank_line) ? "" : line_end_);
}

void stream_script::wait_for_token() {
  if (tokens_out_ == 0)
    return writer_.wait(in_force_.has(slow_first_token) ? in_force_.time(slow_first_token) : who_.first_token);
  const milliseconds pace_now = in_force_.has(pace) ? in_force_.time(pace) : who_.pace;
  const milliseconds jitter_now = in_force_.has(jitter) ? in_force_.time(jitter) : who_.jitter;
  random_ = random_ * 1'664'525u + 1'013'904'223u;
  writer_.wait(pace_now + milliseconds(jitter_now.count() * (random_ >> 16) / 65'536));
}

std::optional<fault_kind> stream_script::breaks_here() const {
  for (const fault_kind kind : midway_kinds)
    if (in_force_.has(kind) && tokens_out_ == in_force_.value(kind)) return kind;
  return std::nullopt;
}

void stream_script::open() {
  if (!is_collected_) writer_.head(200, type_of(in_force_, true), in_force_.has(close_delimited) ? framing::by_close : framing::chunked);
}

script stream_script::close(bool with_done) {
  if (with_done) emit(frame("[DONE]", true));
  if (is_collected_) return writer_.whole(200, type_of(in_force_, true), std::move(collected_));
  if (in_force_.has(linger_after_done)) writer_.wait(in_force_.time(linger_after_done));
  return writer_.finished();
}

script stream_script::play(const std::vector<wire_event>& events) {
  open();
  std::int64_t number = 0;
  for (const wire_event& event : events) {
    const bool is_past_role = event.is_token || tokens_out_ > 0;
    const auto breaks = is_past_role ? breaks_here() : std::nullopt;
    if (breaks == error_in_stream_at) {
      emit(frame(R"({"error":{"message":"The rehearsed engine died.","type":"InternalServerError","param":null,"code":500}})"));
      return close(true);
    }
    // A stream that is collected has its own way of being cut.
    if (breaks && !is_collected_) return writer_.midway(*breaks, frame(event.json), comment());
    if (event.is_token) wait_for_token();
    const bool is_garbled = in_force_.has(garbled_at) && ++number == in_force_.value(garbled_at);
    const bool is_last = in_force_.has(no_done) && &event == &events.back();
    emit(frame(std::string_view(event.json).substr(0, is_garbled ? event.json.size() / 2 : event.json.size()), is_last));
    if (event.is_token && ++tokens_out_ == in_force_.value(trickle_after)) writer_.trickle_now();
  }
  return close(!in_force_.has(no_done));
}

/// The error replies of the catalogue, as one row of facts each.
struct refusal_facts {
  int status;
  std::string_view message;
  std::string_view type;
  std::string_view param;
  std::string_view code;
};

refusal_facts refusal_of_status(int status) {
  if (status == 401) return {401, "Incorrect API key provided.", "invalid_request_error", "", "invalid_api_key"};
  if (status == 404) return {404, "The model does not exist.", "invalid_request_error", "model", "model_not_found"};
  if (status == 429) return {429, "Rate limit reached for requests.", "requests", "", "rate_limit_exceeded"};
  if (status == 503) return {503, "The engine is overloaded, please slow down.", "server_error", "", "overloaded"};
  if (status >= 500) return {status, "The server had an error.", "server_error", "", ""};
  return {status, "The request was refused.", "invalid_request_error", "", ""};
}

std::optional<refusal_facts> refusal_facts_of(const question& asked, const conduct& in_force) {
  if (in_force.has(context_length))
    return refusal_facts{400, "This model's maximum context length is 8 tokens. Please reduce the length of the messages.",
                         "invalid_request_error", "messages", "context_length_exceeded"};
  if (in_force.has(content_policy))
    return refusal_facts{400, "Your request was rejected as a result of the rehearsal's safety system.", "invalid_request_error", "",
                         "content_policy_violation"};
  if (in_force.has(unauthorized)) return refusal_of_status(401);
  if (in_force.has(quota))
    return refusal_facts{429, "You exceeded your current quota, please check your plan and billing details.", "insufficient_quota", "",
                         "insufficient_quota"};
  if (in_force.has(model_missing)) return refusal_of_status(404);
  if (in_force.has(no_prefill) && asked.last_is_assistant)
    return refusal_facts{400, "This model does not support assistant message prefill.", "invalid_request_error", "messages", ""};
  if (in_force.has(status)) return refusal_of_status(static_cast<int>(in_force.value(status)));
  if (in_force.has(retry_after)) return refusal_of_status(429);
  return std::nullopt;
}

std::string refusal_headers(const conduct& in_force, int status) {
  std::string lines;
  if (in_force.has(retry_after)) lines += "retry-after: " + std::to_string(in_force.value(retry_after)) + "\r\n";
  if (status == 401) lines += "www-authenticate: Bearer realm=\"rehearsal\"\r\n";
  return lines;
}

std::string spoken(const question& asked, int status, std::string body) { return asked.in_words ? asked.in_words->whole(status, std::move(body)) : body; }

/// The replies that are no HTTP 200, and those that are no reply.
std::optional<script> instead_of_answer(script_writer& writer, const question& asked, const conduct& in_force, const occasion& when) {
  if (in_force.has(reset_before_head) || (in_force.has(reset_on_reuse) && when.on_connection > 1)) return writer.broken_off(ending::reset);
  if (in_force.has(close_before_head)) return writer.broken_off(ending::close);
  if (in_force.has(accept_silent)) {
    writer.stall({});
    return writer.broken_off(ending::close);
  }
  if (in_force.has(garbled_head)) {
    writer.raw("this is a rehearsal, not HTTP\r\n\r\n");
    return writer.broken_off(ending::close);
  }
  if (in_force.has(redirect)) return writer.whole(307, json_type, "{}", "location: /v1/elsewhere\r\n");
  if (in_force.has(html_error))
    return writer.whole(static_cast<int>(in_force.value(html_error)), "text/html", "<html><body><h1>Bad gateway</h1></body></html>\n");
  const auto facts = refusal_facts_of(asked, in_force);
  if (!facts) return std::nullopt;
  return writer.whole(facts->status, json_type, spoken(asked, facts->status, error_body(facts->message, facts->type, facts->param, facts->code)),
                      refusal_headers(in_force, facts->status));
}

script streamed_reply(const question& asked, const conduct& in_force, const character& who, const occasion& when) {
  stream_script stream(asked, in_force, who, when);
  if (in_force.has(empty_stream)) return stream.play({});
  if (in_force.has(error_in_200))
    return stream.play({{error_body("The rehearsed engine died before it began.", "server_error", "", "server_error")}});
  const rehearsal::answer said = compose(asked, in_force, who);
  return stream.play(stream_events(asked, said, when.ordinal, !in_force.has(no_usage), in_force.has(usage_on_finish)));
}

script whole_reply(script_writer& writer, const question& asked, const conduct& in_force, const character& who, const occasion& when) {
  const std::string_view type = type_of(in_force, false);
  if (in_force.has(error_in_200) || in_force.has(error_in_stream_at))
    return writer.whole(200, type, spoken(asked, 200, error_body("The rehearsed engine died.", "server_error", "", "server_error")));
  if (asked.asks == operation::count_tokens) return writer.whole(200, type, R"({"input_tokens":)" + std::to_string(asked.prompt_tokens) + "}");
  if (in_force.has(empty_stream)) return writer.whole(200, type, spoken(asked, 200, no_choices_body(asked, when.ordinal)));
  writer.wait(in_force.has(slow_first_token) ? in_force.time(slow_first_token) : who.first_token);
  std::string body = spoken(asked, 200, whole_body(asked, compose(asked, in_force, who), when.ordinal, !in_force.has(no_usage)));
  if (in_force.has(garbled_at)) body.resize(body.size() / 2);
  for (const fault_kind kind : midway_kinds)
    if (in_force.has(kind)) {
      writer.head(200, type, in_force.has(close_delimited) ? framing::by_close : framing::chunked);
      writer.body(std::string_view(body).substr(0, body.size() / 2));
      return writer.midway(kind, std::string_view(body).substr(body.size() / 2), "\n");
    }
  return writer.whole(200, type, std::move(body));
}

}  // namespace

script script_of(const question& asked, const conduct& in_force, const character& who, const occasion& when) {
  script_writer writer(in_force, when.ordinal);
  if (in_force.has(slow_head)) writer.wait(in_force.time(slow_head));
  if (in_force.has(interim)) writer.raw("HTTP/1.1 103 Early Hints\r\nlink: </rehearsal>; rel=preload\r\n\r\n");
  if (auto other = instead_of_answer(writer, asked, in_force, when)) return *std::move(other);
  if (in_force.has(empty_200)) return writer.whole(200, type_of(in_force, asked.stream), {});
  if (!asked.stream) return whole_reply(writer, asked, in_force, who, when);
  script before = writer.take();
  script stream = streamed_reply(asked, in_force, who, when);
  stream.steps.insert(stream.steps.begin(), std::make_move_iterator(before.steps.begin()), std::make_move_iterator(before.steps.end()));
  return stream;
}

script plain_reply(int status, std::string_view content_type, std::string_view body, std::uint64_t ordinal, std::string_view extra) {
  const conduct plain;
  return script_writer(plain, ordinal).whole(status, content_type, std::string(body), extra);
}

}  // namespace sallyport::rehearsal
