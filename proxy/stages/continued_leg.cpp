#include "proxy/stages/continued_leg.hpp"

#include "adapters/token_estimate.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::stages {
namespace {

failure differs(std::string detail) { return fail(failure_kind::answer_differs, std::move(detail)); }

/// To the client it is one answer to one prompt: what was given as a beginning belongs to the answer.
usage as_one_answer(usage tokens, std::int64_t given) {
  const auto moved = std::min(given, tokens.input);
  tokens.input -= moved;
  tokens.output += moved;
  return tokens;
}

}  // namespace

continued_leg::continued_leg(policy::delivered_answer& so_far, continuation how, stream_writer& writer)
    : so_far_(so_far), seam_(so_far.text(), how), writer_(writer) {
  if (gives_text(how)) given_tokens_ = estimate_tokens(given_part(so_far.text()).size());
}

maybe_failure continued_leg::take(const event& seen) {
  if (seen.choice != 0) return std::nullopt;
  switch (seen.kind) {
    case event_kind::text:
      return take_text(seen.text);
    case event_kind::refusal:
      return differs("it refuses");
    case event_kind::tool_call:
    case event_kind::finished:
      if (auto why = close_seam()) return why;
      write(seen);
      return std::nullopt;
    case event_kind::reported:
      out_ += writer_.write({.kind = event_kind::reported, .tokens = as_one_answer(seen.tokens, given_tokens_)});
      return std::nullopt;
    default:
      // Thoughts belong in front of a text, and the client has text.
      return std::nullopt;
  }
}

maybe_failure continued_leg::take_text(std::string_view text) {
  const std::string fresh = seam_.take(text);
  if (seam_.differs()) return differs("it begins otherwise than what was delivered");
  write_text(fresh);
  return std::nullopt;
}

maybe_failure continued_leg::close_seam() {
  const std::string held = seam_.finish();
  if (seam_.differs()) return differs("it ended within what was delivered");
  write_text(held);
  return std::nullopt;
}

maybe_failure continued_leg::end() {
  if (auto why = close_seam()) return why;
  out_ += writer_.write({.kind = event_kind::done});
  return std::nullopt;
}

void continued_leg::write_text(std::string_view text) {
  if (!text.empty()) write({.kind = event_kind::text, .text = text});
}

void continued_leg::write(const event& what) {
  out_ += writer_.write(what);
  so_far_.take(what);
  has_delivered_ = true;
}

}  // namespace sallyport::stages
