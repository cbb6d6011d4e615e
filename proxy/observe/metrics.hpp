#pragma once
/// What is counted and measured, in Prometheus' words; docs/metrics.md lists it. Labels come from the configuration (known_names) or are
/// constants of our code; what is unknown becomes `other`, what is absent `none`. A family holds at most 2,000 label sets; above, further
/// ones are counted under `other` and in sallyport_series_dropped_total.

#include "adapters/words/deployment_class.hpp"
#include "adapters/words/dialect_id.hpp"
#include "adapters/words/money.hpp"
#include "adapters/words/usage.hpp"
#include "config/settings.hpp"
#include "proxy/observe/known_names.hpp"
#include "proxy/words/lease.hpp"
#include "proxy/words/liveness.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::observe {

/// One request at its end. Views are read during record() only.
struct request_record {
  std::string_view team;                    ///< empty while the gateway is open
  std::string_view model;                   ///< the public name
  std::string_view outcome;                 ///< ok, client_error, refused, upstream_error, timeout, client_gone, gateway_error
  std::optional<deployment_class> cls;      ///< of the deployment that answered or was tried last; nothing when none was tried
  double total_s = 0;
  std::optional<double> ttft_s;             ///< from arrival to the first token; streams
  std::optional<double> per_output_token_s; ///< mean between output tokens after the first; streams
  bool rescued = false;                     ///< answered by another attempt than the first
  operation asks = operation::chat_completions;
  std::string_view provider_kind;           ///< of that deployment; empty when none was tried
};

/// One send at its end.
struct attempt_record {
  const config::deployment& to;
  std::string_view outcome;                 ///< answered, failed, broken, abandoned
  std::string_view reason;                  ///< failure::name(); empty when answered
  std::string_view team;
  std::string_view model;
  const usage& tokens;
  std::optional<nano_usd> cost;             ///< nothing: unknown, counted as such when tokens were used
  std::optional<config::price_basis> basis; ///< of the cost
  operation asks = operation::chat_completions;
};

/// A team's budget at this moment.
struct budget_reading {
  std::string team;
  nano_usd spent = 0;
  nano_usd reserved = 0;
  nano_usd limit = 0;
};

/// A deployment at this moment.
struct deployment_reading {
  std::string name;
  int breaker = 0;       ///< 0: closed. 1: half-open. 2: open.
  int waiting = 0;       ///< calls in its line
  bool is_up = true;     ///< it takes requests, and its provider our credential
};

/// The ledger's store at this moment.
struct store_reading {
  std::uint64_t lag_rows = 0;   ///< attempts in the journals that it has not taken yet
  std::uint64_t errors = 0;     ///< tries that failed
};

/// Any thread may call anything. A label set that was seen is found without a lock (histograms of prometheus-cpp hold one of their own for
/// some nanoseconds); a new set, and each name that the configuration does not hold, takes one lock briefly. expose() takes milliseconds:
/// it is for the admin's thread.
class metrics {
 public:
  explicit metrics(std::string version);
  ~metrics();
  metrics(const metrics&) = delete;
  metrics& operator=(const metrics&) = delete;

  /// The names of a new generation.
  void know(known_names names);

  void record(const request_record& request);
  void record(const attempt_record& attempt);
  /// A change to another deployment. phase: before_headers, before_first_token, mid_stream. result: ok, failed.
  void failover(std::string_view model, std::string_view phase, std::string_view result);
  /// A request that was refused before anything was sent. reason: failure::name().
  void refused(std::string_view team, std::string_view reason);
  /// A request that policy or a detector kept from being served. rule: the policy's name, or the detector's behind "detector ".
  void privacy_refused(std::string_view sensitivity, std::string_view rule);
  /// A request that a limit in shadow would have refused.
  void refused_in_shadow(std::string_view team, std::string_view reason);
  /// A stream that was sent to a second deployment before its first content came. result: won, where the second one began first, or lost.
  void hedged(std::string_view model, std::string_view result);
  /// A call has waited so long for a place at a deployment, whether it got one or not.
  void queued(std::string_view deployment, double seconds);
  /// Our own share of a request's time in one stage.
  void overhead(std::string_view stage, double seconds);
  /// Counts an attempt as under way until the lease ends. Both ends count in the same series, even if a reload between them makes the
  /// deployment's name known.
  lease in_flight(std::string_view deployment);
  void reloaded(bool ok, std::uint64_t generation);
  /// The door's certificate was read, and ends then (seconds since 1970); nothing: it could not be used, and the one before it stays.
  void certificate_read(std::optional<std::int64_t> expires);
  /// Money of machines that are paid by the hour, for time in which nothing ran on them.
  void idle_cost(std::string_view deployment, nano_usd amount);
  /// A health endpoint of a provider was asked.
  void probed(std::string_view provider, liveness said);
  void journal_row_dropped();
  /// Asked at each scrape: every budget as it stands. As count_log_drops_with.
  void read_budgets_with(std::function<std::vector<budget_reading>()> read);
  /// Asked at each scrape: every deployment that the configuration names. As count_log_drops_with.
  void read_deployments_with(std::function<std::vector<deployment_reading>()> read);
  /// Asked at each scrape. As count_log_drops_with.
  void read_store_with(std::function<store_reading()> read);
  /// Asked at each scrape; must stay callable as long as this object lives (or be replaced by nullptr).
  void count_log_drops_with(std::function<std::uint64_t()> lines_dropped);

  /// The exposition, text format 0.0.4.
  std::string expose() const;

 private:
  struct families;
  std::unique_ptr<families> families_;
};

}  // namespace sallyport::observe
