// What the proxy's pure parts cost a request, as micro_adapters.cpp.

#include "config/detector_names.hpp"
#include "proxy/ledger/journal.hpp"
#include "proxy/observe/metrics.hpp"
#include "proxy/policy/privacy/detectors.hpp"
#include "proxy/server/framing.hpp"
#include "proxy/server/request_fields.hpp"
#include "proxy/words/request_id.hpp"

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

using namespace sallyport;

namespace {

/// As an SDK sends it.
const std::string head =
    "POST /v1/chat/completions HTTP/1.1\r\nHost: gateway.example.com\r\nUser-Agent: OpenAI/Python 1.50.0\r\nAccept: application/json\r\n"
    "Accept-Encoding: gzip, deflate\r\nContent-Type: application/json\r\n"
    "Authorization: Bearer sp-bench-0123456789abcdefghijklmnopqrstuvwxyzABCDEF\r\nX-Stainless-Lang: python\r\n"
    "X-Stainless-Runtime: CPython\r\nContent-Length: 2048\r\n\r\n";

void framing_find_end_and_examine(benchmark::State& state) {
  for (auto _ : state) {
    std::size_t scanned = 0;
    if (server::find_head_end(head, scanned).state != server::head_state::whole) std::abort();
    auto examined = server::examine(head);
    if (examined.has_error()) std::abort();
    benchmark::DoNotOptimize(examined);
  }
}

void read_fields(benchmark::State& state) {
  const auto examined = server::examine(head);
  if (examined.has_error()) std::abort();
  for (auto _ : state) {
    auto read = server::read_fields(head, *examined);
    if (read.has_error()) std::abort();
    benchmark::DoNotOptimize(read);
  }
}

ledger::journal_row row_at(wall_time now) {
  ledger::journal_row row;
  row.attempt_id = make_attempt_id(now);
  row.sent_at = now;
  row.team = "search";
  row.key = "prod";
  row.model = "chat";
  row.deployment = "house/model";
  row.provider = "house";
  row.price_version = "contract";
  row.outcome = attempt_outcome::answered;
  row.status = 200;
  row.tokens = {480, 0, 0, 420, 0, usage_basis::reported};
  row.cost = 108'000;
  row.basis = config::price_basis::contract;
  row.total = std::chrono::milliseconds(900);
  row.last = ledger::request_facts{"ok", 480, 1'000, false, false, {}};
  return row;
}

/// The reader empties the ring meanwhile, outside of what is measured.
void journal_append(benchmark::State& state) {
  const auto folder = std::filesystem::temp_directory_path() / ("sallyport-micro-bench-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  {
    auto opened = ledger::journal::open((folder / "journal-0").string(), std::size_t{16} << 20);
    if (opened.has_error()) std::abort();
    auto& tail = (*opened)->tail();
    tail.begin_at(std::nullopt);
    wall_time now{std::chrono::seconds(1'800'000'000)};
    for (auto _ : state) {
      if (!(*opened)->append(row_at(now += std::chrono::microseconds(200)))) std::abort();
      if ((*opened)->has_room()) continue;
      state.PauseTiming();
      tail.taken(tail.read(1'000'000));
      state.ResumeTiming();
    }
  }
  std::filesystem::remove_all(folder);
}

/// An attempt's counters: tokens by kind, cost, attempts.
void metrics_record_attempt(benchmark::State& state) {
  auto provider = std::make_shared<config::provider>();
  provider->name = provider->kind = "house";
  const config::deployment deployment{.name = "house/model", .at = provider, .model = "model"};
  observe::metrics counted("bench");
  counted.know({.teams = {"search"}, .models = {"chat"}, .deployments = {"house/model"}, .providers = {"house"}, .kinds = {"house"}});
  const usage tokens{480, 0, 0, 420, 0, usage_basis::reported};
  for (auto _ : state)
    counted.record(observe::attempt_record{.to = deployment, .outcome = "answered", .reason = {}, .team = "search", .model = "chat",
                                           .tokens = tokens, .cost = 108'000, .basis = config::price_basis::contract});
}

/// A single counter whose labels were seen before.
void metrics_increment(benchmark::State& state) {
  observe::metrics counted("bench");
  counted.know({.teams = {"search"}, .models = {"chat"}, .deployments = {}, .providers = {}, .kinds = {}});
  for (auto _ : state) counted.refused("search", "rate_limited");
}

/// All built-in detectors over ordinary prose, in which they find nothing.
void guard_scan(benchmark::State& state) {
  std::vector<std::string> names;
  for (const auto& one : config::detector_names) names.emplace_back(one.name);
  const auto all = policy::privacy::detectors::make(std::move(names), {}).value();
  std::string text;
  while (text.size() < std::size_t(state.range(0)))
    text += "In 2024 the quarterly report had 12.5 percent of revenue between customers, it's well-known. ";
  text.resize(std::size_t(state.range(0)));
  const std::string_view view = text;
  for (auto _ : state) {
    const auto verdict = all->scan({&view, 1}, {.bytes = 1u << 20, .expired = {}});
    if (!verdict.is_complete() || !verdict.found.empty()) std::abort();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK(framing_find_end_and_examine);
BENCHMARK(read_fields);
BENCHMARK(journal_append);
BENCHMARK(metrics_record_attempt);
BENCHMARK(metrics_increment);
BENCHMARK(guard_scan)->ArgName("bytes")->Arg(4096);

}  // namespace
