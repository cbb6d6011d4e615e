#include "proxy/gateway.hpp"

#include "proxy/certificate_watch.hpp"
#include "proxy/close_then_stop.hpp"
#include "proxy/descriptors.hpp"
#include "proxy/gateway_ledger.hpp"
#include "proxy/ledger/gpu_meters.hpp"
#include "proxy/ledger/key_desk.hpp"
#include "proxy/ledger/key_store.hpp"
#include "proxy/listening.hpp"
#include "proxy/prober.hpp"
#include "proxy/recall.hpp"
#include "proxy/start_warnings.hpp"
#include "proxy/server/admin_keys.hpp"
#include "proxy/server/admin_service.hpp"
#include "proxy/succession/hand_over.hpp"
#include "proxy/succession/take_over.hpp"
#include "proxy/stages/team_leases.hpp"
#include "proxy/version.hpp"
#include "proxy/words/worker_clock.hpp"
#include "proxy/worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <thread>
#include <vector>

namespace sallyport {
namespace {

using namespace std::chrono_literals;

constexpr auto drain_poll = 20ms;
/// How fresh the idle money of machines is in the metrics.
constexpr auto tick = 1s;
/// How long a start may take to learn of earlier answers.
constexpr auto teaching_max = 500ms;
constexpr std::size_t admin_connections_max = 64;
/// How long connections that wait for a request may take to close, at the end of a hand-over.
constexpr auto closing_max = 300ms;

}  // namespace

struct gateway::parts {
  explicit parts(std::shared_ptr<const config::settings> first, observe::logger_options log_options)
      : settings(std::move(first)), log(std::move(log_options)), metrics(version), connections{.open = {}, .max = shares.clients} {
    limit_addresses(connections, listening);
  }

  result<void> open_admin();
  result<void> open_ledger();
  result<void> open_workers();
  std::optional<std::string> not_ready_because() const;
  result<void> find_predecessor();
  std::optional<beside_another> beside();
  void offer_place(std::function<void()> relieved);
  void retire(succession::kept_sockets kept, std::function<void()> relieved);
  void run();
  void drain(std::function<void()> done);
  task<void> end_requests(std::function<void()> done);
  bool all_idle() const;
  task<bool> idle_until(instant until);
  task<void> keep_time();
  result<std::shared_ptr<const stages::generation>> make_generation(std::uint64_t number, std::shared_ptr<const config::settings> of);
  void reload(std::shared_ptr<const config::settings> next);
  void refuse(std::string_view problem);
  void teach_forecasts(const stages::generation& first);
  void count_idle_machines();
  void log_start() const;
  std::vector<observe::budget_reading> read_budgets();
  std::vector<observe::deployment_reading> read_deployments() const;
  result<void> open_state();
  void look_at_keys();

  std::shared_ptr<const config::settings> settings;   ///< of the newest generation; admin thread
  const config::listen_settings listening = settings->listen;   ///< of the start
  const config::state_settings state = settings->state;         ///< of the start
  const std::size_t descriptors = raise_descriptor_limit(descriptors_wanted(listening.max_connections, worker_count(listening)));
  const descriptor_shares shares = share_out(descriptors, listening.max_connections, worker_count(listening));
  std::uint64_t generation = 1;
  std::shared_ptr<const stages::generation> newest;   ///< admin thread
  mutable observe::logger log;
  observe::metrics metrics;
  stages::capacity room;
  stages::key_guesses guesses;
  std::unique_ptr<stages::conversations> sessions;
  stages::accounts accounts;
  stages::fleet_health fleet;
  ledger::gpu_meters machines;   ///< admin thread
  server::connection_count connections;
  std::optional<certificate_watch> certificate;   ///< from open_workers() on; admin thread
  std::unique_ptr<ledger::key_store> keys;   ///< admin thread, with all that stands on it
  secret pepper;
  std::unique_ptr<ledger::key_desk> key_desk;
  std::unique_ptr<server::admin_keys> admin_keys;
  std::optional<std::int64_t> keys_version;  ///< of what the workers have
  std::unique_ptr<succession::predecessor> predecessor;   ///< of a start; before the ledger: it hears of a failure last
  std::unique_ptr<gateway_ledger> ledger;   ///< before the workers, which append to it

  boost::asio::io_context admin_on{1};
  boost::asio::executor_work_guard<executor> stay{admin_on.get_executor()};
  worker_clock admin_time{admin_on};
  server::connection_count admin_connections{.open = {}, .max = admin_connections_max};
  std::unique_ptr<server::admin_service> admin;
  std::unique_ptr<server::listener> admin_listener;
  std::atomic<bool> draining{false};
  bool takes_over = false;
  std::unique_ptr<succession::hand_over> successors;      ///< admin thread
  bool retiring = false;                              ///< admin thread: a successor serves

  std::vector<std::unique_ptr<worker>> workers;
  std::thread admin_thread;
  prober probes{log, metrics};   ///< admin thread
};

result<void> gateway::parts::open_admin() {
  admin = std::make_unique<server::admin_service>(server::admin_pages{
      .metrics = [this] { return metrics.expose(); },
      .not_ready_because = [this] { return not_ready_because(); },
      .token = settings->admin.token,
      .keys = admin_keys.get()});
  const auto listen = admin_listening(settings->admin);
  std::vector<succession::owned_descriptor> lent;
  if (predecessor) lent = predecessor->take_admin_sockets(listen.address.host, listen.address.port);
  auto opened = lent.empty() ? server::listener::open(admin_on, listen, admin_connections, *admin, admin_time, nullptr)
                             : server::listener::adopt(admin_on, listen, admin_connections, *admin, admin_time, nullptr, std::move(lent));
  if (opened.has_error()) return std::move(opened).error();
  admin_listener = std::move(*opened);
  return {};
}

result<void> gateway::parts::open_ledger() {
  auto opened = gateway_ledger::open(state, worker_count(listening), log, beside());
  if (opened.has_error()) return std::move(opened).error();
  ledger = std::move(*opened);
  metrics.read_store_with([this] {
    const auto now = ledger->store().status();
    return observe::store_reading{now.lag_rows, now.errors};
  });
  return {};
}

result<void> gateway::parts::open_state() {
  const auto& store = ledger->store_path();
  auto remembered = stages::conversations::in(ledger->journal_path());
  if (remembered.has_error()) return std::move(remembered).error();
  sessions = std::move(*remembered);
  auto opened = ledger::key_store::open(store);
  if (opened.has_error()) return std::move(opened).error();
  keys = std::move(*opened);
  auto read = ledger::pepper_in(store.substr(0, store.find_last_of('/') + 1) + ".");
  if (read.has_error()) return std::move(read).error();
  pepper = std::move(*read);
  key_desk = std::make_unique<ledger::key_desk>(*keys, pepper);
  admin_keys = std::make_unique<server::admin_keys>(server::admin_keys_parts{
      .desk = *key_desk,
      .settings = [this] { return settings; },
      .now = [this] { return std::chrono::floor<std::chrono::seconds>(admin_time.wall()); },
      .changed = [this](std::string_view what, std::string_view team, std::string_view name) {
        log.write(observe::level::info, "key changed by the admin API", {{"what", what}, {"team", team}, {"key", name}});
        look_at_keys();
      }});
  return {};
}

// A store that cannot be read at the moment leaves the workers what they have; the next look tries again.
void gateway::parts::look_at_keys() {
  const auto now = keys->version();
  if (now.has_error() || (keys_version && *now == *keys_version)) return;
  const auto all = keys->all();
  if (all.has_error()) return;
  const auto fresh = std::make_shared<const stages::stored_keyring>(pepper, *all);
  for (auto& one : workers) one->publish(fresh);
  keys_version = *now;
}

result<void> gateway::parts::open_workers() {
  auto watched = certificate_watch::open(listening.tls, log, metrics, admin_time);
  if (watched.has_error()) return std::move(watched).error();
  certificate.emplace(std::move(*watched));
  const auto first = make_generation(generation, settings);
  if (first.has_error()) return first.error();
  newest = *first;
  teach_forecasts(**first);
  auto listen = listening;
  auto lent = lent_to(worker_count(listening), predecessor.get(), listen.address);
  for (int i = 0; i < worker_count(listening); ++i) {
    auto opened = worker::open({log, metrics, room, guesses, *sessions, connections, certificate->tls(), shares.kept_to_providers}, listen, ledger->journal_of(i), *first,
                               std::move(lent[static_cast<std::size_t>(i)]));
    if (opened.has_error()) return std::move(opened).error();
    listen.address.port = (*opened)->port();   // port 0: the others share what the first was given
    workers.push_back(std::move(*opened));
  }
  return {};
}

std::optional<std::string> gateway::parts::not_ready_because() const {
  if (draining.load(std::memory_order_acquire)) return "draining";
  return std::nullopt;
}

std::vector<observe::budget_reading> gateway::parts::read_budgets() {
  std::vector<observe::budget_reading> readings;
  const auto wall = admin_time.wall();
  for (const auto& [name, team] : settings->teams) {
    const auto books = stages::budget_books(*accounts.of_team(name), *team, wall);
    if (books) readings.push_back({name, books->spent, books->reserved, team->money->limit});
  }
  return readings;
}

std::vector<observe::deployment_reading> gateway::parts::read_deployments() const {
  std::vector<observe::deployment_reading> readings;
  for (const auto& one : newest->health.read(admin_time.now()))
    readings.push_back({one.deployment, static_cast<int>(one.breaker), one.waiting, one.is_up});
  return readings;
}

// A store that cannot be read stops a start, and leaves a running gateway with the generation that it has: no budget begins without what
// its team has spent.
result<std::shared_ptr<const stages::generation>> gateway::parts::make_generation(std::uint64_t number,
                                                                                  std::shared_ptr<const config::settings> of) {
  const auto wall = admin_time.wall();
  std::map<std::string, duration, std::less<>> counted_today;
  if (has_spent_to_recall(*of, accounts) || machines.has_to_make_any(*of)) {
    const auto still = ledger->store().hold_still();
    const auto store = ledger->read();
    if (store.has_error()) return store.error();
    if (auto known = recall_spent(**store, *of, accounts, wall); known.has_error()) return std::move(known).error();
    auto counted = recall_day(**store, wall);
    if (counted.has_error()) return std::move(counted).error();
    counted_today = std::move(*counted);
  }
  auto paid_by_the_hour = machines.adopt(*of, admin_time.now(), wall, counted_today);
  return std::make_shared<const stages::generation>(number, std::move(of), accounts, fleet, std::move(paid_by_the_hour));
}

// Without it the first calls reserve more than they use: no reason not to serve.
void gateway::parts::teach_forecasts(const stages::generation& first) {
  if (settings->teams.empty()) return;
  const auto store = ledger->read();
  const auto taught = store ? recall_answers(**store, first, admin_time, teaching_max) : result<recalled_answers>(store.error());
  if (taught.has_error()) {
    const failure why = taught.error();
    log.write(observe::level::warn, "the lengths of earlier answers could not be read", {{"detail", why.client_sentence()}});
  } else if (taught->answers > 0) {
    log.write(observe::level::info, "lengths of earlier answers learned", {{"answers", taught->answers}, {"attempts", taught->attempts}});
  }
}

void gateway::parts::count_idle_machines() {
  const auto day = std::chrono::floor<std::chrono::days>(admin_time.wall()).time_since_epoch().count();
  for (const auto& one : machines.take(admin_time.now())) {
    if (one.fresh == ledger::gpu_totals{}) continue;
    metrics.idle_cost(one.deployment, one.fresh.idle_cost);
    ledger->store().add({one.deployment, day, one.fresh.busy.count(), one.fresh.idle.count(), one.fresh.used, one.fresh.idle_cost});
  }
}

// Runs as long as the io_context does, which is ended by stop().
task<void> gateway::parts::keep_time() {
  const auto wait = admin_time.make_wait();
  for (;;) {
    co_await wait->until(admin_time.now() + tick);
    accounts.carry_money(admin_time.wall());
    count_idle_machines();
    look_at_keys();
    certificate->look();
  }
}

void gateway::parts::reload(std::shared_ptr<const config::settings> next) {
  const auto made = make_generation(generation + 1, next);
  if (made.has_error()) {
    const failure why = made.error();
    return refuse(why.client_sentence());
  }
  if (const auto taken = certificate->take(next->listen.tls); taken.has_error()) {
    const failure why = taken.error();
    return refuse(why.detail);
  }
  if (next->listen.address.host != listening.address.host || next->listen.address.port != listening.address.port)
    log.write(observe::level::warn, "listen.address is that of the start; restart to change it");
  if (!(next->state == state)) log.write(observe::level::warn, "state is that of the start; restart to change it");
  settings = std::move(next);
  newest = *made;
  ++generation;
  count_idle_machines();   // of deployments that are gone too, while their names are known
  metrics.know(observe::known_names_of(*settings));
  for (auto& one : workers) one->publish(*made);
  probes.publish(*made);
  metrics.reloaded(true, generation);
  log.write(observe::level::info, "configuration reloaded", {{"generation", generation}});
}

void gateway::parts::refuse(std::string_view problem) {
  metrics.reloaded(false, generation);
  log.write(observe::level::error, "new configuration refused, the running one stays", {{"generation", generation}, {"problem", problem}});
}

void gateway::parts::log_start() const {
  log.write(observe::level::info, "serving",
            {{"address", listening.address.host + ":" + std::to_string(workers.front()->port())},
             {"admin", settings->admin.address.host + ":" + std::to_string(admin_listener->port())},
             {"workers", workers.size()},
             {"journal", ledger->journal_path()},
             {"store", ledger->store_path()},
             {"version", version}});
  warn_at_start(log, *settings, shares, descriptors, worker_count(listening));
}

result<void> gateway::parts::find_predecessor() {
  if (!takes_over) return {};
  const auto folder = journal_folder::choose(state.journal);
  if (folder.has_error()) return folder.error();
  auto found = succession::predecessor::find(folder->path());
  if (found.has_error()) return std::move(found).error();
  predecessor = std::move(*found);
  log.write(observe::level::info, predecessor ? "taking over from the running gateway" : "no gateway to take over from: starting as usual",
            {{"state", folder->path()}});
  return {};
}

std::optional<beside_another> gateway::parts::beside() {
  if (!takes_over) return std::nullopt;
  return beside_another{.free_store = [this] { return predecessor ? predecessor->ask_for_store() : result<void>(); },
                        .spent_elsewhere = [this](const ledger::team_spending& spent) {
                          accounts.of_team(spent.team)->money.learn(spent.quarter, spent.amount);
                        }};
}

void gateway::parts::run() {
  look_at_keys();
  metrics.reloaded(true, generation);
  ledger->start();
  for (auto& one : workers) one->run();
  probes.publish(newest);
  boost::asio::post(admin_on, [this] { admin_listener->start(); });
  boost::asio::co_spawn(admin_on.get_executor(), keep_time(), boost::asio::detached);
  admin_thread = std::thread([this] { admin_on.run(); });
  log_start();
}

result<std::unique_ptr<gateway>> gateway::start(std::shared_ptr<const config::settings> settings, observe::logger_options log,
                                                bool takes_over) {
  auto built = std::make_unique<parts>(std::move(settings), std::move(log));
  built->takes_over = takes_over;
  built->metrics.know(observe::known_names_of(*built->settings));
  built->metrics.count_log_drops_with([logger = &built->log] { return logger->dropped(); });
  built->metrics.read_budgets_with([p = built.get()] { return p->read_budgets(); });
  built->metrics.read_deployments_with([p = built.get()] { return p->read_deployments(); });
  if (auto found = built->find_predecessor(); found.has_error()) return std::move(found).error();
  if (auto opened = built->open_ledger(); opened.has_error()) return std::move(opened).error();
  if (auto opened = built->open_state(); opened.has_error()) return std::move(opened).error();
  if (auto opened = built->open_admin(); opened.has_error()) return std::move(opened).error();
  if (auto opened = built->open_workers(); opened.has_error()) return std::move(opened).error();
  built->run();
  std::unique_ptr<gateway> running(new gateway(std::move(built)));
  const auto before = std::move(running->parts_->predecessor);
  auto relieved = before ? before->relieve() : result<void>();
  if (!relieved.has_error()) return running;
  std::promise<void> ended;   // what this one has accepted by now is served
  running->drain([&ended] { ended.set_value(); });
  ended.get_future().wait();
  return std::move(relieved).error();
}

gateway::gateway(std::unique_ptr<parts> built) : parts_(std::move(built)) {}

gateway::~gateway() {
  // The admin thread first: it is the one that posts to workers.
  boost::asio::post(parts_->admin_on, [p = parts_.get()] {
    if (p->successors) p->successors->end("the gateway ends");
  });
  boost::asio::co_spawn(parts_->admin_on.get_executor(), close_then_stop(*parts_->admin_listener, parts_->admin_time, parts_->admin_on),
                        boost::asio::detached);
  parts_->admin_thread.join();
  parts_->workers.clear();
  parts_->count_idle_machines();   // what came since the last tick, so that the next run finds the whole day
  parts_->ledger.reset();   // with no one left who appends, it takes over the rest
}

std::uint16_t gateway::api_port() const { return parts_->workers.front()->port(); }
std::uint16_t gateway::admin_port() const { return parts_->admin_listener->port(); }
observe::logger& gateway::log() { return parts_->log; }

void gateway::reload(std::shared_ptr<const config::settings> settings) {
  boost::asio::post(parts_->admin_on, [p = parts_.get(), next = std::move(settings)]() mutable { p->reload(std::move(next)); });
}

void gateway::reload_refused(const std::string& first_problem) {
  boost::asio::post(parts_->admin_on, [p = parts_.get(), first_problem] { p->refuse(first_problem); });
}

bool gateway::parts::all_idle() const {
  const auto is_idle = [](const auto& one) { return one->is_idle(); };
  return std::all_of(workers.begin(), workers.end(), is_idle) && (!retiring || admin_listener->idle());
}

task<bool> gateway::parts::idle_until(instant until) {
  const auto wait = admin_time.make_wait();
  while (!all_idle() && admin_time.now() < until) co_await wait->until(admin_time.now() + drain_poll);
  co_return all_idle();
}

task<void> gateway::parts::end_requests(std::function<void()> done) {
  bool ended = co_await idle_until(admin_time.now() + listening.drain_timeout);
  if (!ended && retiring) {
    for (auto& one : workers) one->drain();
    admin_listener->drain();
    ended = co_await idle_until(admin_time.now() + closing_max);
  }
  if (!ended) {
    log.write(observe::level::warn, "drain timeout: what is left is broken off", {{"in_flight", room.in_flight()}});
    for (auto& one : workers) one->break_off();
    ended = co_await idle_until(admin_time.now() + 1s);
  }
  log.write(observe::level::info, "drained");
  done();
}

void gateway::parts::drain(std::function<void()> done) {
  if (successors) successors->end("the gateway is told to end");
  draining.store(true, std::memory_order_release);
  log.write(observe::level::info, "draining", {{"in_flight", room.in_flight()}});
  for (auto& one : workers) one->drain();
  boost::asio::co_spawn(admin_on.get_executor(), end_requests(std::move(done)), boost::asio::detached);
}

// Ready all the while: the address is served, and who asks on a kept connection means that.
void gateway::parts::retire(succession::kept_sockets kept, std::function<void()> relieved) {
  retiring = true;
  log.write(observe::level::info, "another process has taken over: draining", {{"in_flight", room.in_flight()}});
  for (auto& one : workers) one->drain({.serves_waiting = true, .leaves_queue = kept.api});
  admin_listener->drain({.serves_waiting = true, .leaves_queue = kept.admin});
  boost::asio::co_spawn(admin_on.get_executor(), end_requests(std::move(relieved)), boost::asio::detached);
}

void gateway::parts::offer_place(std::function<void()> relieved) {
  const auto let_go = [this](bool lets_go) {
    count_idle_machines();   // what is counted goes with the store
    sessions->leave_turns_to_another(lets_go);
    lets_go ? ledger->store().let_go() : ledger->store().take_back();
  };
  auto opened = succession::hand_over::open(admin_on, admin_time, ledger->journal_path(), {
      .api_sockets = [this] {
        std::vector<int> all;
        for (const auto& one : workers) for (const int socket : one->sockets()) all.push_back(socket);
        return all;
      },
      .admin_sockets = [this] { return admin_listener->sockets(); },
      .let_go = [let_go] { let_go(true); },
      .has_let_go = [this] { return ledger->store().has_let_go(); },
      .take_back = [let_go] { let_go(false); },
      .relieved = [this, relieved = std::move(relieved)](succession::kept_sockets kept) { retire(kept, relieved); },
      .log = [this](std::string_view said, const std::string& why) {
        if (why.empty()) log.write(observe::level::info, said);
        else log.write(observe::level::warn, said, {{"detail", why}});
      }});
  if (opened) {
    successors = std::move(*opened);
    return;
  }
  const failure why = opened.error();
  log.write(observe::level::warn, "no other process can take over from this one", {{"detail", why.client_sentence()}});
}

void gateway::drain(std::function<void()> done) {
  boost::asio::post(parts_->admin_on, [p = parts_.get(), done = std::move(done)]() mutable { p->drain(std::move(done)); });
}

void gateway::offer_place(std::function<void()> relieved) {
  boost::asio::post(parts_->admin_on, [p = parts_.get(), then = std::move(relieved)]() mutable { p->offer_place(std::move(then)); });
}

}  // namespace sallyport
