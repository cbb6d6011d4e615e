#include "proxy/observe/metrics.hpp"

#include "proxy/observe/label_table.hpp"
#include "proxy/observe/process_facts.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

namespace sallyport::observe {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using buckets = Histogram::BucketBoundaries;

constexpr std::size_t label_sets_max = 2'000;
constexpr std::string_view none = "none";
constexpr std::string_view other = "other";

// Each threshold that somebody may promise stands among the edges, or the promise could not be measured exactly.
const buckets request_edges{.05, .1, .25, .5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600};
const buckets first_token_edges{.01, .025, .05, .1, .15, .2, .25, .3, .4, .5, .75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 60, 120, 300, 600};
const buckets per_token_edges{.001, .0025, .005, .01, .015, .02, .025, .03, .04, .05, .075, .1, .15, .2, .3, .5, .75, 1, 2.5, 10, 60, 600};
const buckets queue_edges{1e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};
const buckets overhead_edges{50e-6, 100e-6, 150e-6, 200e-6, 300e-6, 500e-6, 750e-6, 1e-3, 2e-3, 5e-3, 10e-3, 25e-3, 50e-3, 100e-3, 250e-3};
// OpenTelemetry semantic conventions for generative AI, v1.41.1.
const buckets gen_ai_tokens_edges{1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864};
const buckets gen_ai_duration_edges{.01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
const buckets gen_ai_first_chunk_edges{.001, .005, .01, .02, .04, .06, .08, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10};

/// Where a label's values come from: constants of our code, or the names of the configuration.
enum class source : std::uint8_t { code, team, model, deployment, provider, kind };

struct label {
  std::string name;
  source from = source::code;
};

/// What all families share when they meet a label set for the first time.
struct admission_desk {
  std::mutex mutex;
  known_names known;
  Counter* dropped = nullptr;

  bool knows(source from, std::string_view name) const {
    switch (from) {
      case source::code: return true;
      case source::team: return name == none || known.teams.contains(name);
      case source::model: return name == none || known.models.contains(name);
      case source::deployment: return known.deployments.contains(name);
      case source::provider: return known.providers.contains(name);
      case source::kind: return name == none || known.kinds.contains(name);
    }
    return false;
  }
};

/// One metric name with labels. A label set is resolved under the desk's lock once, and without a lock from then on.
template <class Metric>
class family {
 public:
  family(prometheus::Family<Metric>& of, admission_desk& desk, std::vector<label> labels, buckets edges = {})
      : of_(of), desk_(desk), labels_(std::move(labels)), edges_(std::move(edges)) {}

  Metric& at(label_values values) {
    for (std::size_t i = 0; i < values.count; ++i)
      if (values.at[i].empty()) values.at[i] = none;
    auto* const found = table_.find(values);
    return found ? *found : admit(values);
  }

 private:
  Metric& admit(label_values values) {
    const std::lock_guard held(desk_.mutex);
    for (std::size_t i = 0; i < values.count; ++i)
      if (!desk_.knows(labels_[i].from, values.at[i])) values.at[i] = other;
    if (auto* const found = table_.find(values)) return *found;
    if (table_.size() < label_sets_max) return add(values);
    desk_.dropped->Increment();
    return fold(values);
  }

  /// A full family counts on under `other`; what our own code says is kept, as far as it fits.
  Metric& fold(label_values values) {
    for (std::size_t i = 0; i < values.count; ++i)
      if (labels_[i].from != source::code || table_.size() >= label_sets_max * 5 / 4) values.at[i] = other;
    auto* const found = table_.find(values);
    return found ? *found : add(values);
  }

  Metric& add(const label_values& values) {
    prometheus::Labels named;
    for (std::size_t i = 0; i < values.count; ++i) named.emplace(labels_[i].name, values.at[i]);
    auto& made = make(named);
    table_.insert(values, made);
    return made;
  }

  Metric& make(const prometheus::Labels& named) {
    if constexpr (std::is_same_v<Metric, Histogram>) {
      return of_.Add(named, edges_);
    } else {
      return of_.Add(named);
    }
  }

  prometheus::Family<Metric>& of_;
  admission_desk& desk_;
  std::vector<label> labels_;
  buckets edges_;
  label_table<Metric> table_;
};

std::string_view gen_ai_name(operation what) {
  switch (what) {
    case operation::chat_completions: return "chat";
    case operation::completions: return "text_completion";
    case operation::embeddings: return "embeddings";
    case operation::count_tokens: return "count_tokens";
  }
  return other;
}

std::string_view name_of(std::optional<deployment_class> which) { return which ? sallyport::name_of(*which) : none; }

double dollars(nano_usd amount) { return static_cast<double>(amount) / static_cast<double>(nano_per_usd); }

/// A family of one sample that is read when it is asked for.
prometheus::MetricFamily read_now(const char* name, const char* help, prometheus::MetricType type, double value) {
  prometheus::ClientMetric sample;
  (type == prometheus::MetricType::Counter ? sample.counter.value : sample.gauge.value) = value;
  return {name, help, type, {sample}};
}

/// One family of a gauge of every reading.
template <class Reading, class Figure>
prometheus::MetricFamily of_each(const char* name, const char* help, const char* label_name, std::string Reading::*label_of,
                                 const std::vector<Reading>& from, Figure figure) {
  prometheus::MetricFamily made{name, help, prometheus::MetricType::Gauge, {}};
  for (const auto& one : from) {
    prometheus::ClientMetric sample;
    sample.label.push_back({label_name, one.*label_of});
    sample.gauge.value = figure(one);
    made.metric.push_back(std::move(sample));
  }
  return made;
}

void add_budgets(std::vector<prometheus::MetricFamily>& to, const std::vector<budget_reading>& from) {
  if (from.empty()) return;
  const auto add = [&](const char* name, const char* help, nano_usd budget_reading::*figure) {
    to.push_back(of_each(name, help, "team", &budget_reading::team, from, [figure](const auto& one) { return dollars(one.*figure); }));
  };
  add("sallyport_budget_spent_usd", "Spent in the budget's present window.", &budget_reading::spent);
  add("sallyport_budget_reserved_usd", "Reserved by requests under way.", &budget_reading::reserved);
  add("sallyport_budget_limit_usd", "What may be spent in one window.", &budget_reading::limit);
}

void add_deployments(std::vector<prometheus::MetricFamily>& to, const std::vector<deployment_reading>& from) {
  if (from.empty()) return;
  const auto add = [&](const char* name, const char* help, auto figure) {
    to.push_back(of_each(name, help, "deployment", &deployment_reading::name, from, figure));
  };
  add("sallyport_breaker_state", "0 closed, 1 half-open, 2 open.", [](const auto& one) { return one.breaker; });
  add("sallyport_queue_depth", "Calls that wait for a place.", [](const auto& one) { return one.waiting; });
  add("sallyport_deployment_up", "1 while requests are sent there as usual.", [](const auto& one) { return one.is_up ? 1 : 0; });
}

void add_store(std::vector<prometheus::MetricFamily>& to, const store_reading& now) {
  to.push_back(read_now("sallyport_store_lag_rows", "Attempts in the journals that the store has not taken yet.",
                        prometheus::MetricType::Gauge, static_cast<double>(now.lag_rows)));
  to.push_back(read_now("sallyport_store_errors_total", "Tries to write to the store that failed.", prometheus::MetricType::Counter,
                        static_cast<double>(now.errors)));
}

void add_process(std::vector<prometheus::MetricFamily>& to) {
  const auto facts = process_facts_now();
  const auto add = [&to](const char* name, const char* help, prometheus::MetricType type, std::optional<double> value) {
    if (value) to.push_back(read_now(name, help, type, *value));
  };
  using prometheus::MetricType;
  add("process_resident_memory_bytes", "Resident memory.", MetricType::Gauge, facts.resident_bytes);
  add("process_virtual_memory_bytes", "Virtual memory.", MetricType::Gauge, facts.virtual_bytes);
  add("process_cpu_seconds_total", "User and system time.", MetricType::Counter, facts.cpu_seconds);
  add("process_start_time_seconds", "Start of the process, since 1970.", MetricType::Gauge, facts.start_unix_seconds);
  add("process_open_fds", "Open file descriptors.", MetricType::Gauge, facts.open_descriptors);
  add("process_max_fds", "Limit of open file descriptors.", MetricType::Gauge, facts.max_descriptors);
}

const label by_team{"team", source::team}, by_model{"model", source::model}, by_deployment{"deployment", source::deployment};
const label by_class{"class"}, by_outcome{"outcome"}, by_reason{"reason"}, by_result{"result"};
const label by_operation{"gen_ai_operation_name"}, by_kind{"gen_ai_provider_name", source::kind};
const label by_request_model{"gen_ai_request_model", source::model};

}  // namespace

struct metrics::families {
  prometheus::Registry registry;
  admission_desk desk;

  family<Counter> counter(const char* name, const char* help, std::vector<label> labels) {
    return {prometheus::BuildCounter().Name(name).Help(help).Register(registry), desk, std::move(labels)};
  }
  family<Gauge> gauge(const char* name, const char* help, std::vector<label> labels) {
    return {prometheus::BuildGauge().Name(name).Help(help).Register(registry), desk, std::move(labels)};
  }
  family<Histogram> histogram(const char* name, const char* help, std::vector<label> labels, const buckets& edges) {
    return {prometheus::BuildHistogram().Name(name).Help(help).Register(registry), desk, std::move(labels), edges};
  }

  family<Counter> requests = counter("sallyport_requests_total", "Requests at their end.", {by_team, by_model, by_outcome, by_class});
  family<Histogram> duration = histogram("sallyport_request_duration_seconds", "From the first byte of a request to the end of its reply.",
                                         {by_model, by_class}, request_edges);
  family<Histogram> first_token = histogram("sallyport_time_to_first_token_seconds",
                                            "From the first byte of a request to its first token (streams).", {by_model, by_class},
                                            first_token_edges);
  family<Histogram> per_token = histogram("sallyport_time_per_output_token_seconds", "Mean pause between a stream's output tokens.",
                                          {by_model, by_class}, per_token_edges);
  family<Histogram> overhead = histogram("sallyport_overhead_seconds", "The gateway's own share of the time.", {{"stage"}}, overhead_edges);
  family<Histogram> queue_wait = histogram("sallyport_queue_wait_seconds", "How long calls waited for a place.", {by_deployment}, queue_edges);
  family<Counter> attempts = counter("sallyport_attempts_total", "Sends to a deployment at their end.",
                                     {by_deployment, by_class, by_outcome, by_reason});
  family<Counter> failovers = counter("sallyport_failovers_total", "Changes to another deployment within a request.",
                                      {by_model, {"phase"}, by_result});
  family<Counter> hedges = counter("sallyport_hedges_total", "Streams that were sent to a second deployment before their first content.",
                                   {by_model, by_result});
  family<Counter> rescued = counter("sallyport_rescued_requests_total", "Requests answered after their first attempt had failed.",
                                    {by_model});
  family<Gauge> in_flight = gauge("sallyport_in_flight", "Sends under way.", {by_deployment});
  family<Counter> tokens = counter("sallyport_tokens_total", "Tokens used; the kinds are disjoint.",
                                   {by_team, by_model, by_class, {"kind"}});
  family<Counter> cost = counter("sallyport_cost_usd_total", "Cost in US dollars.",
                                 {by_team, by_model, by_class, by_deployment, {"basis"}});
  family<Counter> cost_unknown = counter("sallyport_cost_unknown_total", "Attempts that used tokens whose price is unknown.",
                                         {by_deployment});
  family<Counter> estimated = counter("sallyport_usage_estimated_total", "Attempts whose usage is our estimate.", {by_deployment});
  family<Counter> refusals = counter("sallyport_refused_total", "Requests refused before anything was sent.", {by_team, by_reason});
  family<Counter> privacy = counter("sallyport_privacy_refusals_total", "Requests that a policy or a detector kept from being served.",
                                    {{"data_class"}, {"rule"}});
  family<Counter> shadow = counter("sallyport_shadow_refusals_total", "Requests that a limit in shadow would have refused.",
                                   {by_team, by_reason});
  family<Counter> probes = counter("sallyport_health_probes_total", "Health endpoints of providers asked, by what they said.",
                                   {{"provider", source::provider}, by_result});
  family<Counter> reloads = counter("sallyport_config_reloads_total", "Configurations read.", {by_result});
  family<Gauge> generation = gauge("sallyport_config_generation", "Number of the configuration in use.", {});
  family<Counter> certificates = counter("sallyport_certificate_reloads_total", "Readings of the certificate that clients see.", {by_result});
  family<Gauge> certificate_end = gauge("sallyport_certificate_expiry_timestamp_seconds",
                                        "When the first certificate of the chain that clients see ends, since 1970.", {});
  family<Counter> rows_dropped = counter("sallyport_journal_rows_dropped_total", "Attempts that the journal had no room for.", {});
  family<Counter> series_dropped = counter("sallyport_series_dropped_total",
                                           "Counts put under `other` because a metric has too many label sets.", {});
  family<Gauge> build = gauge("sallyport_build_info", "1; the label says which build.", {{"version"}});
  family<Histogram> gen_ai_tokens = histogram("gen_ai_client_token_usage", "Tokens of an attempt, by type.",
                                              {by_operation, by_kind, by_request_model, {"gen_ai_token_type"}}, gen_ai_tokens_edges);
  family<Histogram> gen_ai_duration = histogram("gen_ai_client_operation_duration_seconds",
                                                "Duration of a request that was sent to a provider.",
                                                {by_operation, by_kind, by_request_model}, gen_ai_duration_edges);
  family<Histogram> gen_ai_first_chunk = histogram("gen_ai_client_operation_time_to_first_chunk_seconds",
                                                   "Time to the first token (streams).", {by_operation, by_kind, by_request_model},
                                                   gen_ai_first_chunk_edges);

  std::mutex asked_mutex;   ///< of what is asked for at a scrape
  std::function<std::uint64_t()> log_drops;
  std::function<std::vector<budget_reading>()> budgets;
  std::function<std::vector<deployment_reading>()> deployments;
  std::function<store_reading()> store;

  void count_tokens(const attempt_record& attempt);
  void count_gen_ai_tokens(const attempt_record& attempt);
  void count_money(const attempt_record& attempt);
};

metrics::metrics(std::string version) : families_(std::make_unique<families>()) {
  auto& f = *families_;
  f.desk.dropped = &f.series_dropped.at({});
  f.rows_dropped.at({});
  f.generation.at({});
  for (const auto result : {"ok", "failed"}) f.reloads.at({result});
  f.build.at({version}).Set(1);
}

metrics::~metrics() = default;

void metrics::know(known_names names) {
  const std::lock_guard held(families_->desk.mutex);
  families_->desk.known = std::move(names);
}

void metrics::record(const request_record& r) {
  auto& f = *families_;
  const auto cls = name_of(r.cls);
  f.requests.at({r.team, r.model, r.outcome, cls}).Increment();
  f.duration.at({r.model, cls}).Observe(r.total_s);
  if (r.ttft_s) f.first_token.at({r.model, cls}).Observe(*r.ttft_s);
  if (r.per_output_token_s) f.per_token.at({r.model, cls}).Observe(*r.per_output_token_s);
  if (r.rescued) f.rescued.at({r.model}).Increment();
  if (r.provider_kind.empty()) return;
  const auto what = gen_ai_name(r.asks);
  f.gen_ai_duration.at({what, r.provider_kind, r.model}).Observe(r.total_s);
  if (r.ttft_s) f.gen_ai_first_chunk.at({what, r.provider_kind, r.model}).Observe(*r.ttft_s);
}

void metrics::record(const attempt_record& a) {
  auto& f = *families_;
  f.attempts.at({a.to.name, name_of(a.to.at->runs_as), a.outcome, a.reason}).Increment();
  if (a.tokens.basis == usage_basis::estimated) f.estimated.at({a.to.name}).Increment();
  f.count_tokens(a);
  f.count_gen_ai_tokens(a);
  f.count_money(a);
}

void metrics::families::count_tokens(const attempt_record& a) {
  const auto cls = name_of(a.to.at->runs_as);
  const auto count = [&](std::string_view kind, std::int64_t tokens_used) {
    if (tokens_used > 0) tokens.at({a.team, a.model, cls, kind}).Increment(static_cast<double>(tokens_used));
  };
  count("input", a.tokens.input);
  count("cached", a.tokens.cached);
  count("cache_write", a.tokens.cache_write);
  count("output", a.tokens.output);
  count("reasoning", a.tokens.reasoning);
}

void metrics::families::count_gen_ai_tokens(const attempt_record& a) {
  if (a.tokens.basis == usage_basis::none) return;
  const auto what = gen_ai_name(a.asks);
  gen_ai_tokens.at({what, a.to.at->kind, a.model, "input"}).Observe(static_cast<double>(a.tokens.prompt_total()));
  gen_ai_tokens.at({what, a.to.at->kind, a.model, "output"}).Observe(static_cast<double>(a.tokens.completion_total()));
}

void metrics::families::count_money(const attempt_record& a) {
  if (!a.cost) {
    if (a.tokens.basis != usage_basis::none) cost_unknown.at({a.to.name}).Increment();
    return;
  }
  if (*a.cost <= 0) return;
  const auto basis = config::name_of(a.basis.value_or(config::price_basis::list));
  cost.at({a.team, a.model, name_of(a.to.at->runs_as), a.to.name, basis}).Increment(dollars(*a.cost));
}

void metrics::failover(std::string_view model, std::string_view phase, std::string_view result) {
  families_->failovers.at({model, phase, result}).Increment();
}

void metrics::refused(std::string_view team, std::string_view reason) { families_->refusals.at({team, reason}).Increment(); }
void metrics::privacy_refused(std::string_view sensitivity, std::string_view rule) {
  families_->privacy.at({sensitivity, rule}).Increment();
}
void metrics::refused_in_shadow(std::string_view team, std::string_view reason) { families_->shadow.at({team, reason}).Increment(); }

void metrics::hedged(std::string_view model, std::string_view result) { families_->hedges.at({model, result}).Increment(); }

void metrics::queued(std::string_view deployment, double seconds) {
  families_->queue_wait.at({deployment}).Observe(seconds);
}

void metrics::overhead(std::string_view stage, double seconds) { families_->overhead.at({stage}).Observe(seconds); }

lease metrics::in_flight(std::string_view deployment) {
  auto& under_way = families_->in_flight.at({deployment});
  under_way.Increment();
  return lease([&under_way] { under_way.Decrement(); });
}

void metrics::reloaded(bool ok, std::uint64_t generation) {
  families_->reloads.at({ok ? "ok" : "failed"}).Increment();
  if (ok) families_->generation.at({}).Set(static_cast<double>(generation));
}

void metrics::certificate_read(std::optional<std::int64_t> expires) {
  families_->certificates.at({expires ? "ok" : "failed"}).Increment();
  if (expires) families_->certificate_end.at({}).Set(static_cast<double>(*expires));
}

void metrics::idle_cost(std::string_view deployment, nano_usd amount) {
  if (amount > 0) families_->cost.at({{}, {}, name_of(deployment_class::in_house), deployment, "gpu_idle"}).Increment(dollars(amount));
}

void metrics::probed(std::string_view provider, liveness said) { families_->probes.at({provider, sallyport::name_of(said)}).Increment(); }

void metrics::journal_row_dropped() { families_->rows_dropped.at({}).Increment(); }

void metrics::read_budgets_with(std::function<std::vector<budget_reading>()> read) {
  const std::lock_guard held(families_->asked_mutex);
  families_->budgets = std::move(read);
}

void metrics::read_deployments_with(std::function<std::vector<deployment_reading>()> read) {
  const std::lock_guard held(families_->asked_mutex);
  families_->deployments = std::move(read);
}

void metrics::read_store_with(std::function<store_reading()> read) {
  const std::lock_guard held(families_->asked_mutex);
  families_->store = std::move(read);
}

void metrics::count_log_drops_with(std::function<std::uint64_t()> lines_dropped) {
  const std::lock_guard held(families_->asked_mutex);
  families_->log_drops = std::move(lines_dropped);
}

std::string metrics::expose() const {
  auto all = families_->registry.Collect();
  std::erase_if(all, [](const prometheus::MetricFamily& one) { return one.metric.empty(); });
  {
    const std::lock_guard held(families_->asked_mutex);
    if (families_->log_drops)
      all.push_back(read_now("sallyport_log_lines_dropped_total", "Log lines lost because nobody read them in time.",
                             prometheus::MetricType::Counter, static_cast<double>(families_->log_drops())));
  }
  {
    const std::lock_guard held(families_->asked_mutex);
    if (families_->budgets) add_budgets(all, families_->budgets());
    if (families_->deployments) add_deployments(all, families_->deployments());
    if (families_->store) add_store(all, families_->store());
  }
  add_process(all);
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace sallyport::observe
