/// stage_bench [REQUESTS]: what the gateway's own decisions cost a request: identify, admit and settle of a call of a team with every limit, a
/// budget, policies and a journal. CPU time of one thread; the store's thread is not in it (store_bench has that).
///   cmake --preset release -B build/release-bench -DSALLYPORT_TESTS=ON && cmake --build build/release-bench --target stage_bench
///   build/release-bench/tests/proxy/stages/stage_bench

#include "config/policies.hpp"
#include "proxy/ledger/journal.hpp"
#include "proxy/observe/logger.hpp"
#include "proxy/observe/metrics.hpp"
#include "proxy/stages/admit.hpp"
#include "proxy/stages/classify.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/identify.hpp"
#include "proxy/stages/make_plan.hpp"
#include "proxy/stages/read_call.hpp"
#include "proxy/stages/settle.hpp"
#include "proxy/words/request_id.hpp"
#include "proxy/words/worker_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

using namespace sallyport;

namespace {

const std::string key_text = "sp-bench-0123456789abcdefghijklmnopqrstuvwxyzABCDEF";

struct silent final : upstream::transport {
  std::unique_ptr<upstream::transfer> send(const cleared&, upstream::outgoing) override { return nullptr; }
};

std::shared_ptr<const config::deployment> deployment_of(const std::string& name, deployment_class runs_as) {
  auto provider = std::make_shared<config::provider>();
  provider->name = provider->kind = name;
  provider->runs_as = runs_as;
  auto made = std::make_shared<config::deployment>();
  made->name = name + "/model";
  made->model = "model";
  made->at = provider;
  made->price.emplace(token_prices{.input = 150'000'000, .output = 600'000'000}, config::price_basis::list, "list:2026-11-23");
  return made;
}

std::shared_ptr<const config::settings> settings_of_a_team() {
  auto made = std::make_shared<config::settings>();
  auto model = std::make_shared<config::model>();
  model->name = "chat";
  model->try_in_order = {deployment_of("house", deployment_class::in_house), deployment_of("vendor", deployment_class::managed)};
  made->models["chat"] = model;
  for (const auto& one : model->try_in_order) made->deployments[one->name] = one;
  auto team = std::make_shared<config::team>();
  team->name = "search";
  team->keys.push_back({.name = "prod", .sha256 = stages::sha256_of(key_text)});
  team->limits = {.requests = config::rate{1'000'000'000, std::chrono::seconds(1), "1000M/s"},
                  .tokens = config::rate{1'000'000'000'000, std::chrono::seconds(1), "1000000M/s"},
                  .concurrency = 1'000};
  team->money = config::budget{.limit = nano_per_usd * 1'000'000, .warn_at = {50, 80}};
  made->teams["search"] = team;
  made->policies = {config::built_in_policy()};
  return made;
}

double cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

std::unique_ptr<ledger::journal> opened_in(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  auto opened = ledger::journal::open((folder / "journal-0").string(), std::size_t{64} << 20);
  if (opened.has_error()) std::abort();
  return std::move(*opened);
}

struct bench {
  bench() { metrics.know(observe::known_names_of(*settings)); }
  ~bench() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  std::filesystem::path folder = std::filesystem::temp_directory_path() / ("sallyport-stage-bench-" + std::to_string(::getpid()));
  std::unique_ptr<ledger::journal> journal = opened_in(folder);
  boost::asio::io_context on{1};
  worker_clock time{on};
  silent wire;
  observe::metrics metrics{"bench"};
  observe::logger log{{.least = observe::level::error, .target = observe::log_target::memory}};
  stages::capacity room;
  stages::key_guesses guesses;
  stages::conversations sessions;
  call_text texts;
  stages::accounts accounts;
  stages::fleet_health fleet;
  std::shared_ptr<const config::settings> settings = settings_of_a_team();
  stages::worker_parts lent{wire, time, *journal, metrics, log, room, guesses, sessions, texts, [] { return 0.5; }};
  std::shared_ptr<const stages::generation> running = std::make_shared<const stages::generation>(1, settings, accounts, fleet);
};

/// What came back: one whole answer of the first deployment.
void answer(stages::exchange& x) {
  attempt served;
  served.id = make_attempt_id(x.with.time.wall());
  served.to = x.route.current()->target.shared_deployment();
  served.outcome = attempt_outcome::answered;
  served.status = 200;
  served.sent_at = served.ended_at = x.with.time.now();
  served.head_at = served.first_token_at = served.sent_at;
  served.tokens = {.input = 480, .output = 420, .basis = usage_basis::reported};
  x.attempts.push_back(std::move(served));
}

enum part { identifying, reading, planning, admitting, settling, parts };

void serve_one(bench& b, std::array<double, parts>& spent) {
  stages::exchange x(b.lent, b.running);
  x.head.request_id = make_request_id(b.time.wall());
  x.head.began = x.began = b.time.now();
  x.head.headers.add_if_fit("authorization", "Bearer " + key_text);
  x.where.what = stages::page::call;
  x.body = R"({"model":"chat","messages":[{"role":"user","content":"hello"}],"max_tokens":500})";
  const auto begin = cpu_us();
  auto owner = stages::identify(x.head.headers, {b.running->keys, nullptr, *b.settings}, "127.0.0.1", b.time.wall());
  x.who = std::move(*owner);
  x.known.team = x.who.team->name;
  x.known.key = x.who.key->name;
  const auto identified = cpu_us();
  if (stages::read_call(x).has_error()) std::abort();
  const auto read = cpu_us();
  if (stages::classify(x).has_error() || stages::make_plan(x).has_error()) std::abort();
  const auto planned = cpu_us();
  if (stages::admit(x).has_error()) std::abort();
  const auto admitted = cpu_us();
  answer(x);
  const auto answered = cpu_us();
  stages::settle(x);
  const auto settled = cpu_us();
  spent[identifying] += identified - begin;
  spent[reading] += read - identified;
  spent[planning] += planned - read;
  spent[admitting] += admitted - planned;
  spent[settling] += settled - answered;
}

}  // namespace

int main(int count, char** words) {
  const int requests = count > 1 ? std::atoi(words[1]) : 200'000;
  bench b;
  auto& tail = b.journal->tail();
  tail.begin_at(std::nullopt);
  std::array<double, parts> spent{};
  for (int i = 0; i < requests + 1'000; ++i) {
    if (i == 1'000) spent = {};   // warm
    serve_one(b, spent);
    if (i % 256 == 0) tail.taken(tail.read(100'000));
  }
  const auto each = [&](part which) { return spent[static_cast<std::size_t>(which)] / requests; };
  std::printf("%d requests, CPU us each: identify %.2f, admit %.2f, settle %.2f, together %.2f (beside them: read_call %.2f, classify and plan %.2f)\n",
              requests, each(identifying), each(admitting), each(settling), each(identifying) + each(admitting) + each(settling), each(reading),
              each(planning));
  return 0;
}
