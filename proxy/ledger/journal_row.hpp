#pragma once
/// One attempt as the ledger keeps it: a narrow row of facts, none of the call's content. On a request's last attempt the row also
/// carries the facts of the request, so that nothing else need be kept of it.

#include "adapters/words/data_class.hpp"
#include "adapters/words/deployment_class.hpp"
#include "adapters/words/dialect_id.hpp"
#include "adapters/words/money.hpp"
#include "adapters/words/usage.hpp"
#include "config/settings.hpp"
#include "proxy/words/attempt.hpp"
#include "proxy/words/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::ledger {

using request_uuid = std::array<std::uint8_t, 16>;

/// The binary form of an id of make_request_id() ("req_" and 32 hex digits); all zero for any other text.
request_uuid request_uuid_of(std::string_view request_id);
/// The text form back again.
std::string request_id_of(const request_uuid& id);

/// Facts of the whole request.
template <class Name>
struct basic_request_facts {
  Name outcome{};                            ///< as in the metric sallyport_requests_total: ok, client_error ...
  std::int64_t prompt_tokens = 0;            ///< our estimate
  std::optional<std::int64_t> max_tokens;    ///< as the client asked
  bool has_tools = false;
  bool has_images = false;
  Name tags{};                               ///< name=value,name=value in the order of their names; empty: none
  bool operator==(const basic_request_facts&) const = default;
};

/// Name is std::string_view toward the journal (valid until append returns) and std::string out of it. Names longer than
/// journal::name_max bytes are stored cut, with a hash of the whole. Timings count from the send; above 49 days they stay there.
template <class Name>
struct basic_row {
  std::uint64_t attempt_id = 0;              ///< make_attempt_id(); a later row of the same id says more and takes the place
  request_uuid request_id{};
  int attempt_number = 1;                    ///< 1 for the first of its request, at most 255; 0 of a request that was sent nowhere
  wall_time sent_at{};                       ///< to the nanosecond
  Name team{};                               ///< empty while the gateway is open
  Name key{};                                ///< the key's name
  Name model{};
  Name deployment{};
  Name provider{};
  deployment_class runs_as = deployment_class::managed;
  data_class sensitivity = data_class::public_;
  operation asks = operation::chat_completions;
  bool stream = false;
  attempt_outcome outcome = attempt_outcome::pending;
  Name reason{};                             ///< failure::name(); empty when answered
  Name raised_by{};                          ///< what made the data class what it is; empty: it is public
  Name denied_by{};                          ///< the policy or detector that kept the request from being served; empty: none did
  int status = 0;                            ///< the provider's, 0 when none came
  usage tokens;
  std::optional<nano_usd> cost;              ///< nothing: the price is unknown
  std::optional<config::price_basis> basis;  ///< where the price came from
  Name price_version{};
  std::optional<std::chrono::milliseconds> head;         ///< send to reply head
  std::optional<std::chrono::milliseconds> first_token;  ///< send to first token
  std::chrono::milliseconds total{};                     ///< send to end
  std::uint64_t text_bytes = 0;              ///< of the answer
  std::uint64_t generation = 0;              ///< of the configuration that admitted the request
  std::int64_t budget_quarter = 0;           ///< start of the quarter-hour that admitted the request, where its money counts, in seconds
                                             ///< since 1970; 0: it counts nowhere
  std::optional<basic_request_facts<Name>> last;  ///< set on the request's last attempt, and only there
  bool operator==(const basic_row&) const = default;
};

using journal_row = basic_row<std::string_view>;
using stored_row = basic_row<std::string>;
using request_facts = basic_request_facts<std::string_view>;

/// All that a row says in names, in the order of the journal's layout::row_names; the last two are empty where the row carries no facts.
inline constexpr std::size_t names_a_row = 11;
using row_texts = std::array<std::string_view, names_a_row>;
row_texts names_of(const journal_row& row);

/// The row with texts of its own.
stored_row stored(const journal_row& row);

}  // namespace sallyport::ledger
