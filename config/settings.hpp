#pragma once
/// What the operator wants, validated and immutable. Everything here is a plain value; one settings object is shared by all that a
/// generation is made of and lives as long as the last request that began with it. Names are unique within their map.

#include "adapters/words/continuation.hpp"
#include "adapters/words/data_class.hpp"
#include "adapters/words/deployment_class.hpp"
#include "adapters/words/dialect_id.hpp"
#include "adapters/words/engine_metrics.hpp"
#include "adapters/words/money.hpp"
#include "adapters/words/quirks.hpp"
#include "adapters/words/secret.hpp"
#include "config/condition.hpp"
#include "config/strategy.hpp"
#include "config/time_zone.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::config {

using milliseconds = std::chrono::milliseconds;

/// Host and port to listen on. Port 0 lets the system choose (tests).
struct socket_address {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
};

struct tls_files {
  std::string cert;  ///< path of a PEM chain
  std::string key;   ///< path of a PEM private key
  std::string client_ca = {};      ///< path of the PEM certificates that a client's must go back to; empty: none is asked for
  bool needs_client_cert = true;   ///< no session without one, where one is asked for
  bool operator==(const tls_files&) const = default;
};

/// An address range in CIDR form; a provider with `networks` may only resolve into one of them.
struct network {
  std::string text;
  std::array<std::uint8_t, 16> address{};  ///< IPv4 as v4-mapped IPv6
  int prefix = 128;                        ///< bits of the mapped form
};

/// So many in so long; the whole amount may come at once, and refills evenly.
struct rate {
  std::int64_t amount = 0;             ///< at least 1
  std::chrono::seconds per{60};
  std::string text;                    ///< as written: 600/min
};

struct listen_settings {
  socket_address address{"127.0.0.1", 7070};
  std::optional<tls_files> tls;
  int workers = 0;                          ///< 0: one a core
  std::size_t max_connections = 10'000;     ///< over all workers
  std::optional<std::size_t> max_connections_per_address;   ///< nothing: a quarter of them, and loopback as it likes
  std::size_t max_body = 32u << 20;         ///< bytes of one request body
  std::size_t max_in_flight = 10'000;       ///< requests being served at once; above: 503
  std::size_t max_buffered = 1u << 30;      ///< bytes of request bodies held at once; above: 503
  milliseconds header_timeout{10'000};      ///< from the first byte of a request to the end of its head
  milliseconds body_timeout{60'000};        ///< from the head to the end of the body
  std::size_t min_body_rate = 1024;         ///< bytes a second that a body has to come with, once header_timeout has passed; 0: any
  milliseconds idle_timeout{75'000};        ///< between requests on a kept connection
  milliseconds write_timeout{60'000};       ///< one write to a client that does not read
  std::vector<network> trusted_proxies;     ///< whose x-forwarded-for is believed
  rate failed_keys{60, std::chrono::seconds(60), "60/min"};   ///< wrong keys from one address; above: 429
  milliseconds max_lag{500};                ///< of a worker behind its clock; above, it refuses a growing share of new requests
  milliseconds drain_timeout{30'000};       ///< SIGTERM: open requests may end within it
};

struct admin_settings {
  socket_address address{"127.0.0.1", 7071};
  secret token;  ///< empty: only loopback addresses are accepted as `address`
};

struct state_settings {
  std::string journal;                      ///< directory of the attempt journal; empty: chosen from the environment at start-up
  std::size_t journal_size = 16u << 20;     ///< bytes a worker
  std::string store;                        ///< path of the store's file; empty: state.db in the journal's directory
  milliseconds retention = std::chrono::hours(24 * 400);
  std::size_t max_size = std::size_t{4} << 30;   ///< bytes of the store's file
  bool operator==(const state_settings&) const = default;
};

/// How the credential is sent.
enum class auth_scheme : std::uint8_t { none, bearer, header };

/// Which of the two ways requests go: our own, or libcurl.
enum class transport_kind : std::uint8_t { native, curl };

/// A base address, taken apart once. `path` has no trailing slash.
struct base_url {
  std::string text;    ///< as in https://api.groq.com/openai/v1, without user information
  bool tls = false;
  std::string host;    ///< name or address literal (IPv6 without brackets)
  std::uint16_t port = 0;
  std::string path;
};

/// How a provider is asked whether it is there, while one of its deployments rests.
struct health_probe {
  std::string path;           ///< of the base's origin; answers 2xx without credential and without cost
  milliseconds every{5'000};
};

struct provider {
  std::string name;
  std::string kind;                 ///< the preset it came from
  base_url base;
  auth_scheme auth = auth_scheme::bearer;
  std::string auth_header;          ///< for auth_scheme::header
  secret key;                       ///< empty: no credential is sent
  std::vector<secret> more_keys = {};   ///< behind `key` in `keys`
  std::vector<dialect_id> speaks{dialect_id::openai_chat};   ///< at least one; the first is spoken with clients of none of them
  deployment_class runs_as = deployment_class::managed;   ///< `class` in the file
  std::string location;             ///< where it stands, as in eu; empty: not declared
  std::optional<int> retention_days;        ///< how long it keeps what it is sent; nothing: not declared
  std::optional<bool> trains_on_data;       ///< nothing: not declared
  std::vector<std::string> certifications;  ///< as in soc2
  std::vector<network> networks;    ///< in_house without any may only resolve to private addresses
  std::vector<std::pair<std::string, std::string>> headers;  ///< extra request headers, checked at load
  transport_kind goes_by = transport_kind::native;   ///< `transport` in the file
  std::string ca_file;              ///< PEM bundle to trust instead of the system's; empty: the system's
  milliseconds drain_on_disconnect{0};   ///< how long an answer is read on for its usage, once its client has left; 0: it is ended at once
  continuation goes_on = continuation::replay;   ///< of its deployments, unless they say otherwise
  std::optional<health_probe> probe;        ///< nothing: it is never asked
  std::optional<engine_metrics> load_metrics;   ///< nothing: it does not tell how busy it is
  sallyport::quirks quirks;

  /// The client's own dialect, where it speaks that: then the call is relayed byte for byte.
  dialect_id spoken_for(dialect_id client) const {
    return std::find(speaks.begin(), speaks.end(), client) != speaks.end() ? client : speaks.front();
  }
  std::size_t key_count() const { return 1 + more_keys.size(); }
  const secret& key_at(std::size_t place) const { return place == 0 ? key : more_keys.at(place - 1); }
};

/// Where a cost comes from: the price of the built-in list or of the operator's file, the deployment's own `price` of tokens, or the share
/// of machines that are paid by the hour.
enum class price_basis : std::uint8_t { list, contract, gpu_used };

constexpr std::string_view name_of(price_basis which) {
  constexpr std::array<std::string_view, 3> names{"list", "contract", "gpu_used"};
  return names[static_cast<std::size_t>(which)];
}

/// What a request costs whose prompt is longer than `above` tokens: all of it, not only what is beyond. So do vendors: OpenAI above
/// 272,000 tokens (developers.openai.com/api/docs/models/gpt-5.6-sol), Anthropic and Google above 200,000
/// (platform.claude.com/docs/en/about-claude/pricing#long-context-pricing, ai.google.dev/gemini-api/docs/pricing).
struct price_tier {
  std::int64_t above = 0;
  token_prices per_million;
  std::optional<token_prices> in_batch;  ///< nothing: a batch costs as much
};

/// Prices from the beginning of a day in UTC until those of the next period.
struct price_period {
  std::chrono::sys_days from = std::chrono::sys_days::min();  ///< least: since ever
  price_basis basis = price_basis::list;
  std::string version;                   ///< list:2026-11-23, file:VERSION, contract, contract:2026-01-01; stands in every journal row
  std::vector<price_tier> tiers;         ///< ascending; the first is above 0 tokens
};

/// Machines that are paid by the hour.
struct hourly_price {
  nano_usd per_hour = 0;   ///< of all of them, with power and operations
  int hours_a_day = 24;    ///< paid also when nothing runs, of a day in UTC; 0: only what runs
  std::string version = "contract";
  bool operator==(const hourly_price&) const = default;
};

/// All that a deployment costs: its tokens, over time, or its machines. Tokens have at least one period; before the first one the price is
/// unknown.
struct price_card {
  price_card() = default;
  /// The same price at any time and for any prompt.
  price_card(const token_prices& per_million, price_basis basis, std::string version)
      : periods{{.basis = basis, .version = std::move(version), .tiers = {{.per_million = per_million}}}} {}

  std::vector<price_period> periods;     ///< ascending; none when paid by the hour
  std::optional<hourly_price> by_hour;
};

/// From when on an engine is full, as its own metrics tell it.
struct saturation_limits {
  int waiting = 0;                ///< requests that wait in it; 0: however many
  int kv_use = 0;                 ///< per cent of its cache for prompts; 0: however much
  milliseconds every{1'000};      ///< how often it is asked
};

struct deployment {
  std::string name;                 ///< its own name, or PROVIDER/MODEL
  std::shared_ptr<const config::provider> at;
  std::string model;                ///< the provider's name for it
  std::optional<price_card> price;  ///< nothing: unknown, and counted as such
  int max_concurrency = 0;          ///< sends at once, of all workers; 0: no limit
  std::optional<saturation_limits> saturation;   ///< nothing: it is not asked
  int max_queue = 0;                ///< calls that wait for a place at once
  milliseconds queue_timeout{5'000};   ///< how long each waits at most
  continuation goes_on = continuation::replay;   ///< `continuation` in the file: how it goes on with an answer that another began
};

struct timeouts {
  milliseconds connect{3'000};
  milliseconds first_token{30'000};  ///< streams: from the send to the first committing event
  milliseconds idle{60'000};         ///< streams: between data events
  milliseconds attempt{300'000};     ///< unstreamed: one whole send
  milliseconds total{600'000};       ///< the request, all attempts
};

/// Who is asked when a deployment refuses the call for what it is. No other failure leads there.
struct fallback_lists {
  std::vector<std::shared_ptr<const deployment>> context_length;   ///< too long for it
  std::vector<std::shared_ptr<const deployment>> content_filter;   ///< its content filter refused it
};

/// A second send of a stream whose first content does not come.
struct hedging {
  milliseconds after{0};    ///< of the first send
  nano_usd max_cost = 0;    ///< that the second one may be expected to cost
};

/// A public model: the deployments that serve it.
struct model {
  std::string name;
  std::vector<std::shared_ptr<const deployment>> try_in_order;   ///< all of them, in the order in which they are written
  config::timeouts timeouts;
  fallback_lists fallbacks;
  bool resume = false;         ///< a stream that breaks behind content may be gone on with by another deployment
  std::optional<hedging> hedge;
  std::optional<nano_usd> overflow_max_cost;   ///< of a call that goes on because a deployment before has no place; nothing: no limit
  bool duplicate_ok = false;   ///< a call may be sent to the same deployment again though it may have arrived
  std::shared_ptr<const branch> strategy;   ///< null: in the order of try_in_order
  config::affinity affinity = config::affinity::none;
};

struct key {
  std::string name;
  std::array<std::uint8_t, 32> sha256{};                     ///< of the key's text
  std::optional<std::chrono::sys_seconds> expires = {};      ///< from then on it is as if it were unknown
  std::vector<std::string> models = {};                      ///< of those of its team; empty: all of them
  std::vector<network> networks = {};                        ///< where its clients may be; empty: anywhere
  data_class floor = data_class::public_;                    ///< `data_class` in the file: the least class of what it sends
};

/// What a team may use at once and in a time. With `shadow` a breach is counted, and nothing is refused.
struct team_limits {
  std::optional<rate> requests;
  std::optional<rate> tokens;          ///< prompt and answer
  int concurrency = 0;                 ///< 0: no limit
  bool shadow = false;
};

enum class budget_period : std::uint8_t { hour, day, week, month };

struct budget {
  nano_usd limit = 0;
  budget_period per = budget_period::month;
  time_zone zone;                                     ///< whose midnight begins a day
  std::vector<int> warn_at;                           ///< percent of the limit, ascending
  std::shared_ptr<const deployment> route_to;         ///< who serves once the money is gone; null: nobody
  bool refuse_unknown_price = false;
  bool shadow = false;
};

/// A team's own routing. The first rule of a team that a call meets takes the place of its model's `try`.
struct team_rule {
  std::string name;                                     ///< its own, or its place: rules[0]
  std::optional<condition> when;                        ///< nothing: every call
  std::vector<std::shared_ptr<const deployment>> try_in_order;
  data_class floor = data_class::public_;               ///< of the calls that meet it
  std::shared_ptr<const branch> strategy = {};          ///< null: in the order of try_in_order
  fallback_lists fallbacks = {};
  config::affinity affinity = config::affinity::none;   ///< its own: the model's does not count for it
};

struct team {
  std::string name;
  data_class floor = data_class::public_;   ///< `data_class` in the file
  std::vector<key> keys;
  std::vector<std::string> models;  ///< what it may ask for; empty: everything
  time_zone zone;                   ///< of hour and weekday in its rules
  std::vector<team_rule> rules;
  team_limits limits;
  std::optional<config::budget> money;   ///< `budget` in the file
};

/// What may leave the house. The calls that meet `when` may go only to deployments for which `require` holds; so policies can only narrow.
struct policy {
  std::string name;
  std::optional<condition> when;   ///< on a call; nothing: every call
  condition require;               ///< on a deployment
  bool built_in = false;
};

enum class found_data : std::uint8_t { raise, refuse };   ///< `action` in the file

/// A detector of the operator's own.
struct own_pattern {
  std::string name;
  std::string regex;   ///< RE2's syntax
};

/// How the data class of a call is found out beside floors and labels.
struct privacy_settings {
  std::vector<std::string> detect;                      ///< detector_names.hpp
  std::vector<own_pattern> patterns;
  found_data action = found_data::raise;
  data_class raise_to = data_class::restricted;         ///< what a detector's find makes of a call
  data_class unscanned = data_class::restricted;        ///< of a call whose text could not be looked through whole
  std::size_t scan_limit = 4u << 20;                    ///< bytes of text of one call
  milliseconds scan_timeout{100};
  data_class attachments = data_class::public_;         ///< the least class of a call with images, files or sound
  std::string session_header = "x-sallyport-session";   ///< calls of a team with the same value are one conversation
  milliseconds session_memory = std::chrono::hours(24); ///< how long at least a conversation keeps its class
};

struct price_table;  // price_table.hpp

struct settings {
  listen_settings listen;
  admin_settings admin;
  state_settings state;
  int attempts_max = 3;                                                 ///< sends a request
  std::int64_t reserve_output_tokens = 1'000;   ///< reckoned with for a call without max_tokens, until answers have taught better
  std::shared_ptr<const price_table> prices;                            ///< the operator's price file, over the built-in list; null: none
  std::map<std::string, std::shared_ptr<const provider>> providers;
  std::map<std::string, std::shared_ptr<const deployment>> deployments;  ///< named ones and each PROVIDER/MODEL that is named anywhere
  std::map<std::string, std::shared_ptr<const model>> models;
  std::map<std::string, std::shared_ptr<const team>> teams;             ///< empty: the gateway is open
  privacy_settings privacy;
  std::vector<policy> policies;      ///< in order; the built-in one last, unless one of the file has its name
  bool any_provider_model = false;   ///< no `models` at all: every PROVIDER/MODEL may be asked for by that name (see open_model)
};

/// The model that stands for PROVIDER/MODEL in a configuration without `models`; null when there is no such provider. The price list is
/// consulted as at load.
std::shared_ptr<const model> open_model(const settings& of, std::string_view provider_and_model);

}  // namespace sallyport::config
