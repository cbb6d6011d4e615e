#pragma once
/// What the drill plays at the first deployment of a model, and how a call may end under it. Pure.

#include "proxy/rehearsal/demo_traffic.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sallyport::rehearsal {

/// What the gateway owes the client.
enum class drill_debt : std::uint8_t {
  own_answer,    ///< nothing is lost: the whole answer, and nobody else is needed for it
  whole_answer,  ///< nothing has been shown to the client yet: another deployment answers
  clear_error,   ///< content was shown before the break: an error event, or the whole answer where somebody can go on with it
  one_refusal,   ///< the request's own fault: one send in all and the provider's reason, or the answer of a fallback for it
};

/// Which fallbacks of a model a refusal leads to.
enum class refused_for : std::uint8_t { nothing, context_length, content_filter };

struct drill_fault {
  std::string_view name;
  std::string_view conduct;                      ///< hung on the model's name, see fault_catalogue.hpp
  drill_debt debt = drill_debt::whole_answer;
  refused_for refuses = refused_for::nothing;    ///< of `one_refusal`
  std::string_view reason = "";                  ///< of `one_refusal`: what the client's error must contain
  std::string_view others = "";                  ///< the conduct of the deployments behind the first one
  std::string_view hidden = "";                  ///< what no error may contain
  bool streamed = true;                          ///< the call
  int calls = 1;                                 ///< one after the other, to one gateway
};

std::span<const drill_fault> drill_faults();

enum class client_saw : std::uint8_t { whole, clear_error, truncated, hung, nothing };
std::string_view name_of(client_saw what);
/// `patience`: how long the client waited at most.
client_saw seen_in(const judged_answer& answer, std::chrono::milliseconds patience);
/// The one that decides over a case of several calls: the first that is not whole, else the last. `answers` is not empty.
const judged_answer& worst_of(const std::vector<judged_answer>& answers);

enum class drill_verdict : std::uint8_t {
  unharmed,          ///< the whole answer of the first deployment itself
  rescued,           ///< the whole answer, with the help of another send
  clear_error,       ///< nobody could have rescued it, and the client was told
  no_rescue,         ///< the same, but only because there is nobody else
  lied,              ///< a part of an answer that looks whole
  hung,              ///< no end within the client's patience
  lost,              ///< an error or nothing, though somebody could have answered, or nothing at all
  sent_again,        ///< a request at fault itself was sent elsewhere or twice
  reason_lost,       ///< the provider's reason did not reach the client, or that of another send did
};
std::string_view name_of(drill_verdict what);
constexpr bool is_failure(drill_verdict what) { return what >= drill_verdict::lied; }

/// How often the upstreams were asked.
struct drill_sends {
  std::uint64_t first = 0;
  std::uint64_t fallback = 0;  ///< of the list that this refusal leads to
  std::uint64_t all = 0;
};

/// Who was there to help.
struct drill_help {
  bool another = false;   ///< another deployment and another attempt
  bool goes_on = false;   ///< one within the attempts that goes on with the text it is given, in a model that resumes
  bool fallback = false;  ///< one in the list that this refusal leads to
};

drill_verdict judge(const drill_fault& fault, const judged_answer& answer, client_saw saw, const drill_sends& sends,
                    const drill_help& help);

}  // namespace sallyport::rehearsal
