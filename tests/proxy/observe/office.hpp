#pragma once
/// A small configuration and metrics in which everything was counted at least once.

#include "proxy/observe/metrics.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace sallyport::observe::tests {

/// Two deployments (one priced), one model, one team.
struct office {
  std::shared_ptr<const config::provider> groq = make_provider("groq", deployment_class::hosted);
  std::shared_ptr<const config::provider> vllm = make_provider("vllm", deployment_class::in_house);
  config::deployment fast{
      .name = "fast", .at = groq, .model = "llama", .price = config::price_card({}, config::price_basis::contract, "contract")};
  config::deployment own{.name = "own", .at = vllm, .model = "llama"};
  metrics counted{"0.1.0"};
  lease under_way;

  office() { counted.know(names()); }

  static std::shared_ptr<const config::provider> make_provider(std::string kind, deployment_class runs_as) {
    auto made = std::make_shared<config::provider>();
    made->name = kind;
    made->kind = std::move(kind);
    made->runs_as = runs_as;
    return made;
  }
  static known_names names() {
    return {.teams = {"search"}, .models = {"chat"}, .deployments = {"fast", "own"}, .providers = {"groq", "vllm"}, .kinds = {"groq", "vllm"}};
  }

  request_record request() const {
    return {.team = "search", .model = "chat", .outcome = "ok", .cls = deployment_class::hosted, .total_s = 1.5, .ttft_s = 0.2,
            .per_output_token_s = 0.01, .rescued = true, .provider_kind = "groq"};
  }
};

inline constexpr usage used{10, 20, 30, 40, 50, usage_basis::reported};

inline attempt_record answered(const config::deployment& to, const usage& tokens = used) {
  return {.to = to, .outcome = "answered", .reason = {}, .team = "search", .model = "chat", .tokens = tokens, .cost = {}};
}

/// Everything at least once.
inline void fill(office& of) {
  of.counted.record(of.request());
  auto attempt = answered(of.fast);
  attempt.cost = 1'500'000'000;
  attempt.basis = config::price_basis::contract;
  of.counted.record(attempt);
  of.counted.record(answered(of.own));
  usage guessed = used;
  guessed.basis = usage_basis::estimated;
  of.counted.record(answered(of.own, guessed));
  of.counted.privacy_refused("restricted", "restricted");
  of.counted.failover("chat", "before_headers", "ok");
  of.counted.refused("search", "invalid_json");
  of.counted.refused_in_shadow("search", "requests_limited");
  of.counted.read_budgets_with([] { return std::vector<budget_reading>{{"search", 1'500'000'000, 250'000'000, 200 * nano_per_usd}}; });
  of.counted.read_deployments_with([] { return std::vector<deployment_reading>{{"fast", 0, 3, true}, {"own", 2, 0, false}}; });
  of.counted.overhead("before_send", 0.0001);
  of.counted.queued("fast", 0.3);
  of.counted.hedged("chat", "won");
  of.under_way = of.counted.in_flight("fast");
  of.counted.reloaded(true, 7);
  of.counted.reloaded(false, 8);
  of.counted.certificate_read(1'900'000'000);
  of.counted.certificate_read(std::nullopt);
  of.counted.probed("vllm", liveness::up);
  of.counted.journal_row_dropped();
  of.counted.read_store_with([] { return store_reading{12, 4}; });
  of.counted.count_log_drops_with([] { return std::uint64_t{3}; });
}

}  // namespace sallyport::observe::tests
