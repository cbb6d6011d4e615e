#include "proxy/rehearsal/drill_fault.hpp"

#include <array>

namespace sallyport::rehearsal {

namespace {

using enum drill_debt;
using enum refused_for;

constexpr auto faults = std::to_array<drill_fault>({
    {.name = "429_retry_after", .conduct = "!status=429!retry_after=2!first=1"},
    {.name = "429", .conduct = "!status=429"},
    {.name = "500_once", .conduct = "!status=500!first=1"},
    {.name = "503", .conduct = "!status=503"},
    {.name = "flapping", .conduct = "!status=503!every=2", .calls = 4},
    {.name = "reset_before_headers", .conduct = "!reset_before_head"},
    {.name = "reset_on_reuse", .conduct = "!reset_on_reuse", .calls = 2},
    {.name = "silence", .conduct = "!accept_silent"},
    {.name = "slow_first_token", .conduct = "!slow_first_token=20s"},
    {.name = "comments_only", .conduct = "!stall_with_comments=0!stall_for=30s"},
    {.name = "empty_200", .conduct = "!empty_200"},
    {.name = "error_in_200", .conduct = "!error_in_200"},
    {.name = "gzip_without_header", .conduct = "!gzip_unlabelled"},
    {.name = "wrong_content_type", .conduct = "!wrong_type"},

    {.name = "cut_mid_stream", .conduct = "!tokens=60!cut_after=40", .debt = clear_error},
    {.name = "cut_then_no_prefill",
     .conduct = "!tokens=60!cut_after=40",
     .debt = clear_error,
     .others = "!no_prefill",
     .hidden = "prefill"},
    {.name = "half_close", .conduct = "!tokens=60!half_close_after=40", .debt = clear_error},
    {.name = "truncated_chunk", .conduct = "!tokens=60!short_chunk_after=40", .debt = clear_error},
    {.name = "stall_mid_stream", .conduct = "!tokens=60!stall_after=20!stall_for=30s", .debt = clear_error},
    {.name = "comments_mid_stream", .conduct = "!tokens=60!stall_with_comments=20!stall_for=30s", .debt = clear_error},
    {.name = "trickle_beyond_idle", .conduct = "!tokens=60!trickle=20ms!trickle_after=20", .debt = clear_error},
    {.name = "malformed_chunk", .conduct = "!tokens=60!garbled_at=10", .debt = clear_error},
    {.name = "error_event", .conduct = "!tokens=60!error_in_stream_at=20", .debt = clear_error},
    {.name = "event_too_large", .conduct = "!huge_event=16MiB", .debt = clear_error},
    {.name = "unfinished_finish", .conduct = "!no_blank_line!no_done!usage_on_finish", .debt = clear_error},

    {.name = "missing_done", .conduct = "!no_done", .debt = own_answer},
    {.name = "missing_final_newline", .conduct = "!no_blank_line", .debt = own_answer},
    {.name = "crlf", .conduct = "!crlf", .debt = own_answer},
    {.name = "split_utf8", .conduct = "!split_utf8", .debt = own_answer},
    {.name = "trickle_within_idle", .conduct = "!tokens=24!trickle=1ms!trickle_after=20", .debt = own_answer},
    {.name = "large_event", .conduct = "!huge_event=16383KiB", .debt = own_answer},

    {.name = "context_length",
     .conduct = "!context_length",
     .debt = one_refusal,
     .refuses = refused_for::context_length,
     .reason = "context_length_exceeded"},
    {.name = "content_filter",
     .conduct = "!content_policy",
     .debt = one_refusal,
     .refuses = refused_for::content_filter,
     .reason = "content_policy_violation"},

    {.name = "unstreamed_cut", .conduct = "!truncated_content_length", .streamed = false},
    {.name = "unstreamed_malformed", .conduct = "!garbled_at", .streamed = false},
    {.name = "unstreamed_wrong_content_type", .conduct = "!wrong_type", .streamed = false},
});

}  // namespace

std::span<const drill_fault> drill_faults() { return faults; }

const judged_answer& worst_of(const std::vector<judged_answer>& answers) {
  for (const judged_answer& one : answers)
    if (one.outcome != answer_outcome::whole) return one;
  return answers.back();
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
  constexpr std::array<std::string_view, 9> names{"unharmed", "rescued", "clear_error", "no_rescue",  "lied",
                                                  "hung",     "lost",    "sent_again",  "reason_lost"};
  return names[static_cast<std::size_t>(what)];
}

namespace {

drill_verdict judge_refusal(const drill_fault& fault, const judged_answer& answer, client_saw saw, const drill_sends& sends,
                            const drill_help& help) {
  const bool is_whole = saw == client_saw::whole;
  if (sends.first != 1 || sends.all != 1 + sends.fallback || sends.fallback > 1) return drill_verdict::sent_again;
  if (help.fallback) return is_whole ? drill_verdict::rescued : drill_verdict::lost;
  if (sends.all != 1 || is_whole) return drill_verdict::sent_again;
  return answer.sentence.find(fault.reason) != std::string::npos ? drill_verdict::clear_error : drill_verdict::reason_lost;
}

}  // namespace

drill_verdict judge(const drill_fault& fault, const judged_answer& answer, client_saw saw, const drill_sends& sends,
                    const drill_help& help) {
  if (saw == client_saw::truncated) return drill_verdict::lied;
  if (saw == client_saw::hung) return drill_verdict::hung;
  if (saw == client_saw::nothing) return drill_verdict::lost;
  if (!fault.hidden.empty() && answer.sentence.find(fault.hidden) != std::string::npos) return drill_verdict::reason_lost;
  if (fault.debt == one_refusal) return judge_refusal(fault, answer, saw, sends, help);
  const auto calls = static_cast<std::uint64_t>(fault.calls);
  if (saw == client_saw::whole) return sends.first == calls && sends.all == calls ? drill_verdict::unharmed : drill_verdict::rescued;
  if (fault.debt == own_answer) return drill_verdict::lost;
  // An error before any content could have been rescued whatever the fault was.
  if (fault.debt == clear_error && answer.outcome == answer_outcome::ended_by_error)
    return help.goes_on && fault.others.empty() ? drill_verdict::lost : drill_verdict::clear_error;
  return help.another ? drill_verdict::lost : drill_verdict::no_rescue;
}

}  // namespace sallyport::rehearsal
