#pragma once
/// What the drill plays at the first deployment of a model, and how a call may end under it. Pure.

#include "proxy/rehearsal/demo_traffic.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace sallyport::rehearsal {

/// What the gateway owes the client.
enum class drill_debt : std::uint8_t {
  whole_answer,  ///< nothing has been shown to the client yet: another deployment answers
  clear_error,   ///< content was shown before the break: the whole answer, or an error event
  one_refusal,   ///< the request's own fault: one send in all, and the provider's reason
};

struct drill_fault {
  std::string_view name;
  std::string_view conduct;  ///< hung on the model's name, see fault_catalogue.hpp
  drill_debt debt;
  std::string_view reason;   ///< of `one_refusal`: what the client's error must contain
};

std::span<const drill_fault> drill_faults();

enum class client_saw : std::uint8_t { whole, clear_error, truncated, hung, nothing };
std::string_view name_of(client_saw what);
/// `patience`: how long the client waited at most.
client_saw seen_in(const judged_answer& answer, std::chrono::milliseconds patience);

enum class drill_verdict : std::uint8_t {
  rescued,           ///< the whole answer
  clear_error,       ///< nobody could have rescued it, and the client was told
  no_rescue,         ///< the same, but only because there is nobody else
  lied,              ///< a part of an answer that looks whole
  hung,              ///< no end within the client's patience
  lost,              ///< an error or nothing, though somebody else could have answered, or nothing at all
  sent_again,        ///< a request at fault itself was sent elsewhere or twice
  reason_lost,       ///< the provider's reason did not reach the client
};
std::string_view name_of(drill_verdict what);
constexpr bool is_failure(drill_verdict what) { return what >= drill_verdict::lied; }

/// `sends`: to all upstreams together. `has_another`: another deployment and another attempt were there.
drill_verdict judge(const drill_fault& fault, const judged_answer& answer, client_saw saw, std::uint64_t sends, bool has_another);

}  // namespace sallyport::rehearsal
