#include "proxy/rehearsal/drill_fault.hpp"

#include <array>

namespace sallyport::rehearsal {

std::span<const drill_fault> drill_faults() {
  using enum drill_debt;
  static constexpr std::array<drill_fault, 13> rows{{
      {"429_retry_after", "!status=429!retry_after=2!first=1", whole_answer, ""},
      {"429", "!status=429", whole_answer, ""},
      {"500_once", "!status=500!first=1", whole_answer, ""},
      {"503", "!status=503", whole_answer, ""},
      {"reset_before_headers", "!reset_before_head", whole_answer, ""},
      {"silence", "!accept_silent", whole_answer, ""},
      {"slow_first_token", "!slow_first_token=20s", whole_answer, ""},
      {"cut_mid_stream", "!tokens=60!cut_after=40", clear_error, ""},
      {"stall_mid_stream", "!tokens=60!stall_after=20!stall_for=30s", clear_error, ""},
      {"malformed_chunk", "!tokens=60!garbled_at=10", clear_error, ""},
      {"missing_done", "!no_done", clear_error, ""},
      {"context_length", "!context_length", one_refusal, "context_length_exceeded"},
      {"content_filter", "!content_policy", one_refusal, "content_policy_violation"},
  }};
  return rows;
}

std::string_view name_of(client_saw what) {
  constexpr std::array<std::string_view, 5> names{"whole", "clear_error", "truncated_success", "hung", "nothing"};
  return names[static_cast<std::size_t>(what)];
}

client_saw seen_in(const judged_answer& answer, std::chrono::milliseconds patience) {
  // Before the outcome: a stream that we left when our patience ended looks cut.
  if (answer.outcome != answer_outcome::whole && answer.took >= patience) return client_saw::hung;
  switch (answer.outcome) {
    case answer_outcome::whole: return client_saw::whole;
    case answer_outcome::ended_by_error:
    case answer_outcome::refused: return client_saw::clear_error;
    case answer_outcome::cut_silently: return client_saw::truncated;
    case answer_outcome::no_answer: break;
  }
  return client_saw::nothing;
}

std::string_view name_of(drill_verdict what) {
  constexpr std::array<std::string_view, 8> names{"rescued", "clear_error", "no_rescue",  "lied",
                                                  "hung",    "lost",        "sent_again", "reason_lost"};
  return names[static_cast<std::size_t>(what)];
}

drill_verdict judge(const drill_fault& fault, const judged_answer& answer, client_saw saw, std::uint64_t sends, bool has_another) {
  if (saw == client_saw::truncated) return drill_verdict::lied;
  if (saw == client_saw::hung) return drill_verdict::hung;
  if (saw == client_saw::nothing) return drill_verdict::lost;
  if (fault.debt == drill_debt::one_refusal) {
    if (sends != 1 || saw == client_saw::whole) return drill_verdict::sent_again;
    return answer.sentence.find(fault.reason) != std::string::npos ? drill_verdict::clear_error : drill_verdict::reason_lost;
  }
  if (saw == client_saw::whole) return drill_verdict::rescued;
  // An error before any content could have been rescued whatever the fault was.
  if (fault.debt == drill_debt::clear_error && answer.outcome == answer_outcome::ended_by_error) return drill_verdict::clear_error;
  return has_another ? drill_verdict::lost : drill_verdict::no_rescue;
}

}  // namespace sallyport::rehearsal
