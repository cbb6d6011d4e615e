#include "proxy/rehearsal/fault_catalogue.hpp"

#include <charconv>

namespace sallyport::rehearsal {
namespace {

using enum fault_kind;
using enum fault_group;

constexpr std::int64_t count_max = 100'000;
constexpr std::int64_t time_max_ms = 600'000;
constexpr std::int64_t size_max = 64 << 20;

constexpr std::array<fault_row, fault_kind_count> rows{{
    {first, "first", condition, value_form::count, 1, "Plays the faults on the first N requests of this model name only."},
    {every, "every", condition, value_form::count, 10, "Plays the faults on every N-th request of this model name only."},
    {for_, "for", condition, value_form::time, 60'000, "Plays the faults for this long after the first request of this model name."},
    {flap, "flap", condition, value_form::time, 2'000,
     "From the first request of this model name on, plays the faults for this long, rests for as long, and so on."},

    {tokens, "tokens", shape, value_form::count, 60, "The answer has exactly N tokens."},
    {pace, "pace", shape, value_form::time, 20, "Waits this long before each token after the first."},
    {jitter, "jitter", shape, value_form::time, 10, "Adds up to this much to each wait, the same way in every run."},
    {reasoning, "reasoning", shape, value_form::count, 5, "N tokens of reasoning come before the answer and are in the usage."},

    {slow_head, "slow_head", fault, value_form::time, 20'000, "Waits this long before the head of the reply."},
    {interim, "interim", fault, value_form::none, 0, "Sends a 103 Early Hints before the reply."},
    {reset_before_head, "reset_before_head", fault, value_form::none, 0, "Reads the whole request, then resets the connection."},
    {close_before_head, "close_before_head", fault, value_form::none, 0, "Reads the whole request, then closes without a byte."},
    {reset_on_reuse, "reset_on_reuse", fault, value_form::none, 0,
     "Answers the first request of a connection; a later one is read whole and the connection reset (the keep-alive race)."},
    {accept_silent, "accept_silent", fault, value_form::none, 0, "Reads the whole request and never answers."},
    {garbled_head, "garbled_head", fault, value_form::none, 0, "Answers with bytes that are not HTTP, then closes."},
    {huge_head, "huge_head", fault, value_form::size, 200 << 10, "The reply's head holds one header of this size."},
    {two_lengths, "two_lengths", fault, value_form::none, 0, "The reply has two Content-Length headers that disagree."},
    {redirect, "redirect", fault, value_form::none, 0, "Answers 307 with a Location."},
    {status, "status", fault, value_form::status, 500, "Answers this status with an OpenAI error body."},
    {retry_after, "retry_after", fault, value_form::count, 2, "The error reply asks to wait N seconds (Retry-After); a 429 if alone."},
    {html_error, "html_error", fault, value_form::status, 502, "Answers this status with a page of HTML."},
    {context_length, "context_length", fault, value_form::none, 0, "Answers 400 context_length_exceeded."},
    {content_policy, "content_policy", fault, value_form::none, 0, "Answers 400 content_policy_violation."},
    {unauthorized, "unauthorized", fault, value_form::none, 0, "Answers 401 invalid_api_key."},
    {quota, "quota", fault, value_form::none, 0, "Answers 429 insufficient_quota."},
    {model_missing, "model_missing", fault, value_form::none, 0, "Answers 404 model_not_found."},
    {no_prefill, "no_prefill", fault, value_form::none, 0, "Answers 400 when the last message is the assistant's."},
    {echo_prefill, "echo_prefill", fault, value_form::none, 0, "Repeats the last message of the assistant's before it goes on with it."},

    {empty_200, "empty_200", fault, value_form::none, 0, "Answers 200 with no body at all."},
    {error_in_200, "error_in_200", fault, value_form::none, 0,
     "Answers 200 with an error object; a stream's first event is it, then [DONE]."},
    {empty_stream, "empty_stream", fault, value_form::none, 0, "A stream holds nothing but [DONE]; a plain reply has no choices."},
    {slow_first_token, "slow_first_token", fault, value_form::time, 20'000,
     "Sends the head at once and waits this long for the first token."},
    {error_in_stream_at, "error_in_stream_at", fault, value_form::count, 5,
     "After N tokens an error event comes, then [DONE] (as vLLM does it)."},
    {garbled_at, "garbled_at", fault, value_form::count, 10, "The N-th event is not valid JSON; the rest is fine."},
    {cut_after, "cut_after", fault, value_form::count, 40, "After N tokens the connection closes, without an end of the stream or body."},
    {reset_after, "reset_after", fault, value_form::count, 40, "After N tokens the connection is reset."},
    {half_event_at, "half_event_at", fault, value_form::count, 40, "After N tokens half an event comes and the connection closes."},
    {stall_after, "stall_after", fault, value_form::count, 20, "After N tokens silence, then the connection closes."},
    {stall_with_comments, "stall_with_comments", fault, value_form::count, 20,
     "After N tokens nothing but SSE comments, then the connection closes."},
    {stall_for, "stall_for", fault, value_form::time, 600'000, "How long a stall or a silence lasts."},
    {half_close_after, "half_close_after", fault, value_form::count, 40,
     "After N tokens its own side of the connection closes; the other stays open as long as a stall lasts."},
    {no_done, "no_done", fault, value_form::none, 0, "A whole stream without [DONE]."},
    {no_blank_line, "no_blank_line", fault, value_form::none, 0, "The stream ends behind its last data line, without the blank line."},
    {linger_after_done, "linger_after_done", fault, value_form::time, 10'000, "Keeps the body open this long after [DONE]."},
    {no_usage, "no_usage", fault, value_form::none, 0, "Reports no usage, asked or not."},
    {usage_on_finish, "usage_on_finish", fault, value_form::none, 0, "Usage stands on the finish chunk, asked or not."},
    {huge_event, "huge_event", fault, value_form::size, 15 << 20, "One token carries a text of this size."},
    {refusal, "refusal", fault, value_form::none, 0, "The model declines: the text comes as refusal."},
    {finish_length, "finish_length", fault, value_form::none, 0, "The finish reason is length."},
    {finish_filtered, "finish_filtered", fault, value_form::none, 0, "The finish reason is content_filter."},

    {truncated_content_length, "truncated_content_length", fault, value_form::none, 0,
     "Declares the whole length, sends half of the body and closes."},
    {short_chunk_after, "short_chunk_after", fault, value_form::count, 40,
     "After N tokens a chunk of the body is announced longer than what comes, and the connection closes."},
    {close_delimited, "close_delimited", fault, value_form::none, 0, "No length and no chunks: the body ends with the connection."},
    {wrong_type, "wrong_type", fault, value_form::none, 0, "A stream says that it is text/plain, a plain reply text/html."},
    {gzip_unasked, "gzip_unasked", fault, value_form::none, 0, "The body is gzip and says so, though nobody asked for it."},
    {gzip_unlabelled, "gzip_unlabelled", fault, value_form::none, 0, "The body is gzip and does not say so."},
    {crlf, "crlf", fault, value_form::none, 0, "SSE lines end with CR LF."},
    {cr, "cr", fault, value_form::none, 0, "SSE lines end with CR alone."},
    {no_space, "no_space", fault, value_form::none, 0, "No space behind the colon of `data:`."},
    {multi_line, "multi_line", fault, value_form::none, 0, "Each event's JSON is spread over two data lines."},
    {comments, "comments", fault, value_form::none, 0, "A comment stands before each event."},
    {split_utf8, "split_utf8", fault, value_form::none, 0, "The reply is written byte by byte."},
    {trickle, "trickle", fault, value_form::time, 5, "The reply is written byte by byte, this long apart."},
    {trickle_after, "trickle_after", fault, value_form::count, 20,
     "A trickling stream begins to trickle after N tokens, not with its head."},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].kind) != i) return false;
  return true;
}
static_assert(in_order(), "the rows stand in the order of fault_kind");

/// The unit's factor, or 0 when there is no such unit.
std::int64_t factor_of(value_form form, std::string_view unit) {
  switch (form) {
    case value_form::time: return unit == "ms" ? 1 : unit == "s" ? 1'000 : unit == "m" ? 60'000 : 0;
    case value_form::size: return unit.empty() ? 1 : unit == "KiB" ? 1 << 10 : unit == "MiB" ? 1 << 20 : 0;
    case value_form::count:
    case value_form::status: return unit.empty() ? 1 : 0;
    case value_form::none: break;
  }
  return 0;
}

bool in_range(value_form form, std::int64_t value) {
  switch (form) {
    case value_form::time: return value <= time_max_ms;
    case value_form::size: return value <= size_max;
    case value_form::count: return value <= count_max;
    case value_form::status: return value >= 300 && value <= 599;
    case value_form::none: break;
  }
  return false;
}

std::optional<std::int64_t> read_value(value_form form, std::string_view text) {
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0 || number > size_max) return std::nullopt;
  const std::int64_t factor = factor_of(form, {rest, static_cast<std::size_t>(text.data() + text.size() - rest)});
  if (factor == 0 || !in_range(form, number * factor)) return std::nullopt;
  return number * factor;
}

const fault_row* row_named(std::string_view name) {
  for (const fault_row& row : rows)
    if (row.name == name) return &row;
  return nullptr;
}

result<void> add_fault(conduct& to, std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  const fault_row* row = row_named(name);
  if (row == nullptr)
    return fail_with(failure_kind::invalid_request, "The rehearsal upstream knows no fault named '" + std::string(name) + "'.", "model");
  if (equals == std::string_view::npos) {
    to.set(row->kind, row->default_value);
    return {};
  }
  const auto value = read_value(row->form, text.substr(equals + 1));
  if (!value)
    return fail_with(failure_kind::invalid_request, "The value of '" + std::string(text) + "' is not one that this fault takes.", "model");
  to.set(row->kind, *value);
  return {};
}

}  // namespace

std::span<const fault_row> fault_catalogue() { return rows; }

std::int64_t conduct::value(fault_kind kind) const {
  const auto at = static_cast<std::size_t>(kind);
  return values_[at].value_or(rows[at].default_value);
}

conduct conduct::well_behaved() const {
  conduct well;
  for (const fault_row& row : rows)
    if (row.group == shape && has(row.kind)) well.set(row.kind, value(row.kind));
  return well;
}

bool conduct::has_faults() const {
  for (const fault_row& row : rows)
    if (row.group == fault && has(row.kind)) return true;
  return false;
}

bool conduct::plays(std::uint64_t number, std::chrono::milliseconds since_first) const {
  if (has(first) && number > static_cast<std::uint64_t>(value(first))) return false;
  if (has(every) && (value(every) == 0 || number % static_cast<std::uint64_t>(value(every)) != 0)) return false;
  if (has(flap) && (time(flap).count() == 0 || since_first / time(flap) % 2 != 0)) return false;
  return !has(for_) || since_first < time(for_);
}

result<conduct> conduct_of(std::string_view model) {
  conduct asked;
  std::size_t mark = model.find('!');
  while (mark != std::string_view::npos) {
    const std::size_t next = model.find('!', mark + 1);
    if (auto added = add_fault(asked, model.substr(mark + 1, next == std::string_view::npos ? next : next - mark - 1)); !added)
      return added.error();
    mark = next;
  }
  return asked;
}

}  // namespace sallyport::rehearsal
