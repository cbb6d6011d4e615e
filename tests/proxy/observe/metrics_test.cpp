#include "proxy/observe/metrics.hpp"

#include "tests/proxy/observe/office.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>

using namespace sallyport;
using namespace sallyport::observe;
using namespace sallyport::observe::tests;

namespace {

bool has_line(const std::string& text, const std::string& line) { return ("\n" + text).find("\n" + line + "\n") != std::string::npos; }

std::size_t lines_of(const std::string& text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); }

/// Label names of each metric in an exposition.
std::map<std::string, std::set<std::string>> labels_in(const std::string& text) {
  std::map<std::string, std::set<std::string>> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const auto end_of_name = line.find_first_of("{ ");
    auto& labels = all[line.substr(0, end_of_name)];
    if (line[end_of_name] != '{') continue;
    for (std::size_t at = end_of_name; line[at] != '}';) {
      const auto equals = line.find('=', at);
      if (const auto name = line.substr(at + 1, equals - at - 1); name != "le") labels.insert(name);
      at = line.find('"', equals + 2) + 1;
    }
  }
  return all;
}

}  // namespace

TEST_CASE("metrics and labels are those of the contract") {
  office of;
  fill(of);
  const auto all = labels_in(of.counted.expose());
  using names = std::set<std::string>;

  const std::map<std::string, names> expected{
      {"sallyport_requests_total", {"team", "model", "outcome", "class"}},
      {"sallyport_request_duration_seconds_bucket", {"model", "class"}},
      {"sallyport_time_to_first_token_seconds_bucket", {"model", "class"}},
      {"sallyport_time_per_output_token_seconds_bucket", {"model", "class"}},
      {"sallyport_overhead_seconds_bucket", {"stage"}},
      {"sallyport_attempts_total", {"deployment", "class", "outcome", "reason"}},
      {"sallyport_failovers_total", {"model", "phase", "result"}},
      {"sallyport_rescued_requests_total", {"model"}},
      {"sallyport_breaker_state", {"deployment"}},
      {"sallyport_deployment_up", {"deployment"}},
      {"sallyport_in_flight", {"deployment"}},
      {"sallyport_shadow_refusals_total", {"team", "reason"}},
      {"sallyport_budget_spent_usd", {"team"}},
      {"sallyport_budget_reserved_usd", {"team"}},
      {"sallyport_budget_limit_usd", {"team"}},
      {"sallyport_tokens_total", {"team", "model", "class", "kind"}},
      {"sallyport_cost_usd_total", {"team", "model", "class", "deployment", "basis"}},
      {"sallyport_cost_unknown_total", {"deployment"}},
      {"sallyport_usage_estimated_total", {"deployment"}},
      {"sallyport_refused_total", {"team", "reason"}},
      {"sallyport_config_reloads_total", {"result"}},
      {"sallyport_config_generation", {}},
      {"sallyport_journal_rows_dropped_total", {}},
      {"sallyport_log_lines_dropped_total", {}},
      {"sallyport_series_dropped_total", {}},
      {"sallyport_build_info", {"version"}},
      {"gen_ai_client_token_usage_bucket", {"gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_token_type"}},
      {"gen_ai_client_operation_duration_seconds_bucket", {"gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"}},
      {"gen_ai_client_operation_time_to_first_chunk_seconds_bucket",
       {"gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"}},
      {"process_resident_memory_bytes", {}},
      {"process_cpu_seconds_total", {}},
      {"process_open_fds", {}},
      {"process_start_time_seconds", {}},
  };
  for (const auto& [name, labels] : expected) {
    CAPTURE(name);
    REQUIRE(all.contains(name));
    CHECK(all.at(name) == labels);
  }
}

TEST_CASE("the money of machines has its own bases: used by somebody, idle for nobody") {
  office of;
  auto attempt = answered(of.own);
  attempt.cost = 2'000'000'000;
  attempt.basis = config::price_basis::gpu_used;
  of.counted.record(attempt);
  of.counted.idle_cost("own", 500'000'000);
  of.counted.idle_cost("own", 0);
  const auto text = of.counted.expose();
  CHECK(has_line(text, R"(sallyport_cost_usd_total{basis="gpu_used",class="in_house",deployment="own",model="chat",team="search"} 2)"));
  CHECK(has_line(text, R"(sallyport_cost_usd_total{basis="gpu_idle",class="in_house",deployment="own",model="none",team="none"} 0.5)"));
}

TEST_CASE("a request and its attempts are counted where they belong") {
  office of;
  fill(of);
  const auto text = of.counted.expose();

  CHECK(has_line(text, R"(sallyport_requests_total{class="hosted",model="chat",outcome="ok",team="search"} 1)"));
  CHECK(has_line(text, R"(sallyport_request_duration_seconds_bucket{class="hosted",model="chat",le="1"} 0)"));
  CHECK(has_line(text, R"(sallyport_request_duration_seconds_bucket{class="hosted",model="chat",le="2"} 1)"));
  CHECK(has_line(text, R"(sallyport_rescued_requests_total{model="chat"} 1)"));
  CHECK(has_line(text, R"(sallyport_attempts_total{class="hosted",deployment="fast",outcome="answered",reason="none"} 1)"));
  CHECK(has_line(text, R"(sallyport_attempts_total{class="in_house",deployment="own",outcome="answered",reason="none"} 2)"));
  CHECK(has_line(text, R"(sallyport_tokens_total{class="hosted",kind="input",model="chat",team="search"} 10)"));
  CHECK(has_line(text, R"(sallyport_tokens_total{class="hosted",kind="cached",model="chat",team="search"} 20)"));
  CHECK(has_line(text, R"(sallyport_tokens_total{class="hosted",kind="cache_write",model="chat",team="search"} 30)"));
  CHECK(has_line(text, R"(sallyport_tokens_total{class="hosted",kind="output",model="chat",team="search"} 40)"));
  CHECK(has_line(text, R"(sallyport_tokens_total{class="hosted",kind="reasoning",model="chat",team="search"} 50)"));
  CHECK(has_line(text, R"(sallyport_cost_usd_total{basis="contract",class="hosted",deployment="fast",model="chat",team="search"} 1.5)"));
  CHECK(has_line(text, R"(sallyport_cost_unknown_total{deployment="own"} 2)"));
  CHECK(has_line(text, R"(sallyport_usage_estimated_total{deployment="own"} 1)"));
  CHECK(has_line(text, R"(sallyport_in_flight{deployment="fast"} 1)"));
  CHECK(has_line(text, R"(sallyport_budget_spent_usd{team="search"} 1.5)"));
  CHECK(has_line(text, R"(sallyport_budget_reserved_usd{team="search"} 0.25)"));
  CHECK(has_line(text, R"(sallyport_budget_limit_usd{team="search"} 200)"));
  CHECK(has_line(text, R"(sallyport_config_reloads_total{result="failed"} 1)"));
  CHECK(has_line(text, R"(sallyport_config_generation 7)"));
  CHECK(has_line(text, R"(sallyport_log_lines_dropped_total 3)"));
  CHECK(has_line(text, R"(sallyport_build_info{version="0.1.0"} 1)"));
  CHECK(has_line(text, R"(gen_ai_client_token_usage_sum{gen_ai_operation_name="chat",gen_ai_provider_name="groq",gen_ai_request_model=)"
                       R"("chat",gen_ai_token_type="output"} 90)"));
}

TEST_CASE("an attempt that used nothing has no unknown cost") {
  office of;
  of.counted.record(answered(of.own, {}));
  CHECK(of.counted.expose().find("sallyport_cost_unknown_total{") == std::string::npos);
}

TEST_CASE("a request that reached no deployment has class none and no gen_ai figures, an open gateway team none") {
  office of;
  of.counted.record(request_record{.team = {}, .model = "chat", .outcome = "refused"});
  const auto text = of.counted.expose();
  CHECK(has_line(text, R"(sallyport_requests_total{class="none",model="chat",outcome="refused",team="none"} 1)"));
  CHECK(text.find("gen_ai_client_operation") == std::string::npos);
}

TEST_CASE("how deployments do is asked for at each scrape") {
  office of;
  CHECK(of.counted.expose().find("sallyport_breaker_state") == std::string::npos);
  std::vector<deployment_reading> now{{"fast", 0, 3, true}, {"own", 1, 0, false}};
  of.counted.read_deployments_with([&now] { return now; });
  auto text = of.counted.expose();
  CHECK(has_line(text, R"(sallyport_breaker_state{deployment="fast"} 0)"));
  CHECK(has_line(text, R"(sallyport_deployment_up{deployment="fast"} 1)"));
  CHECK(has_line(text, R"(sallyport_queue_depth{deployment="fast"} 3)"));
  CHECK(has_line(text, R"(sallyport_breaker_state{deployment="own"} 1)"));
  CHECK(has_line(text, R"(sallyport_deployment_up{deployment="own"} 0)"));
  now = {{"own", 2, 0, false}};
  text = of.counted.expose();
  CHECK(has_line(text, R"(sallyport_breaker_state{deployment="own"} 2)"));
  CHECK(text.find(R"({deployment="fast"})") == std::string::npos);
  of.counted.read_deployments_with(nullptr);
}

TEST_CASE("100,000 junk names of models and teams add no series but one") {
  office of;
  fill(of);
  auto junk = of.request();
  junk.team = junk.model = junk.provider_kind = "junk";
  of.counted.record(junk);
  of.counted.failover("junk", "before_headers", "ok");
  of.counted.refused("junk", "unknown_model");
  const auto before = lines_of(of.counted.expose());
  for (int i = 0; i < 100'000; ++i) {
    const auto name = "junk-" + std::to_string(i);
    junk.team = junk.model = junk.provider_kind = name;
    of.counted.record(junk);
    of.counted.failover(name, "before_headers", "ok");
    of.counted.refused(name, "unknown_model");
  }
  const auto text = of.counted.expose();
  CHECK(lines_of(text) == before);
  CHECK(has_line(text, R"(sallyport_requests_total{class="hosted",model="other",outcome="ok",team="other"} 100001)"));
  CHECK(text.find("junk") == std::string::npos);
  CHECK(has_line(text, "sallyport_series_dropped_total 0"));
}

TEST_CASE("a metric holds at most 2,000 label sets; further ones are counted under other") {
  office of;
  auto names = office::names();
  for (int i = 0; i < 3'000; ++i) names.teams.insert("team-" + std::to_string(i));
  of.counted.know(names);
  for (int i = 0; i < 3'000; ++i) of.counted.refused("team-" + std::to_string(i), "invalid_json");
  const auto text = of.counted.expose();

  std::size_t series = 0;
  for (std::size_t at = 0; (at = text.find("\nsallyport_refused_total{", at)) != std::string::npos; ++at) ++series;
  CHECK(series == 2'001);
  CHECK(has_line(text, R"(sallyport_refused_total{reason="invalid_json",team="other"} 1000)"));
  CHECK(has_line(text, "sallyport_series_dropped_total 1000"));
}

TEST_CASE("a name that becomes known is counted under its own from then on") {
  office of;
  of.counted.refused("later", "invalid_json");
  auto names = office::names();
  names.teams.insert("later");
  of.counted.know(names);
  of.counted.refused("later", "invalid_json");
  const auto text = of.counted.expose();
  CHECK(has_line(text, R"(sallyport_refused_total{reason="invalid_json",team="later"} 1)"));
  CHECK(has_line(text, R"(sallyport_refused_total{reason="invalid_json",team="other"} 1)"));
}

TEST_CASE("an attempt that outlives the reload that makes its deployment known ends in the series in which it began") {
  office of;
  auto attempt = of.counted.in_flight("later");
  auto names = office::names();
  names.deployments.insert("later");
  of.counted.know(names);
  attempt.end();
  const auto next = of.counted.in_flight("later");
  const auto text = of.counted.expose();
  CHECK(has_line(text, R"(sallyport_in_flight{deployment="other"} 0)"));
  CHECK(has_line(text, R"(sallyport_in_flight{deployment="later"} 1)"));
}

TEST_CASE("figures add up under several threads, with scrapes and reloads meanwhile") {
  office of;
  constexpr int each = 20'000;
  const auto count = [&of] {
    for (int i = 0; i < each; ++i) {
      of.counted.record(of.request());
      of.counted.record(answered(of.fast));
      of.counted.refused(i % 2 ? "search" : "junk", "invalid_json");
    }
  };
  {
    std::jthread one(count), two(count);
    for (int i = 0; i < 20; ++i) {
      CHECK(of.counted.expose().size() > 100);
      of.counted.know(office::names());
    }
  }
  const auto text = of.counted.expose();
  CHECK(has_line(text, R"(sallyport_requests_total{class="hosted",model="chat",outcome="ok",team="search"} 40000)"));
  CHECK(has_line(text, R"(sallyport_request_duration_seconds_count{class="hosted",model="chat"} 40000)"));
  CHECK(has_line(text, R"(sallyport_attempts_total{class="hosted",deployment="fast",outcome="answered",reason="none"} 40000)"));
  CHECK(has_line(text, R"(sallyport_tokens_total{class="hosted",kind="output",model="chat",team="search"} 1600000)"));
  CHECK(has_line(text, R"(sallyport_refused_total{reason="invalid_json",team="search"} 20000)"));
  CHECK(has_line(text, R"(sallyport_refused_total{reason="invalid_json",team="other"} 20000)"));
}
