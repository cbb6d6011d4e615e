#include "proxy/rehearsal/scenarios.hpp"

#include <array>

namespace sallyport::rehearsal {

std::span<const scenario> scenarios() {
  static constexpr std::array<scenario, 16> rows{{
      {"S01", "!status=429!retry_after=2!first=1", "", "Refuses the first attempt with 429 and Retry-After: 2, later ones are fine."},
      {"S02", "!status=429", "", "Always refuses with 429, without a hint."},
      {"S03", "!status=500!first=1", "", "Answers 500 once, then is fine."},
      {"S04", "!status=503", "", "Always answers 503."},
      {"S05", "!reset_before_head!first=1", "", "Resets the connection before any byte once, then is fine."},
      {"S06", "!accept_silent", "", "Accepts and never answers."},
      {"S07", "!slow_first_token=20s", "", "Sends its head at once and its first token after 20 s."},
      {"S08", "!tokens=60!cut_after=40", "", "Dies after 40 of 60 tokens without an end."},
      {"S09", "!tokens=60!stall_after=20!stall_for=30s", "", "Sends 20 tokens, is silent for 30 s, then closes."},
      {"S10", "!tokens=60!garbled_at=10", "", "Its tenth event is invalid JSON, the rest is fine."},
      {"S11", "!no_done", "", "Is complete, but for [DONE]."},
      {"S12", "!context_length", "", "Refuses with 400 context_length_exceeded."},
      {"S13", "!content_policy", "", "Refuses with 400 content_policy_violation."},
      {"S14", "!tokens=60!cut_after=40", "!no_prefill", "Dies after 40 tokens; the fallback takes no assistant prefill."},
      {"S15", "!status=503!for=60s", "", "Answers 503 for 60 s, then is healthy."},
      {"S16", "!status=503", "", "Always answers 503; the answer must name the fallback's model and usage."},
  }};
  return rows;
}

}  // namespace sallyport::rehearsal
