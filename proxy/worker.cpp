#include "proxy/worker.hpp"

#include "proxy/close_then_stop.hpp"
#include "proxy/ledger/journal.hpp"
#include "proxy/stages/api_service.hpp"
#include "proxy/stages/counted_transport.hpp"
#include "proxy/upstream/chosen_transport.hpp"
#include "proxy/words/dice.hpp"
#include "proxy/words/mailbox.hpp"
#include "proxy/words/worker_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

namespace sallyport {
namespace {

using namespace std::chrono_literals;

/// How often the journal is synced: the window that a power cut may cost (a kill of the process costs nothing).
constexpr auto tick = 100ms;

}  // namespace

struct worker::parts {
  parts(shared_parts of_all, ledger::journal& records, std::shared_ptr<const stages::generation> first)
      : shared(of_all),
        time(on),
        journal(records),
        wire(upstream::make_chosen_transport(on, time, of_all.kept_to_providers, by_mail)),
        counted(*wire, [this](std::string_view deployment) { return shared.metrics.in_flight(deployment); }),
        lent{counted, time, journal, shared.metrics, shared.log, shared.room, shared.guesses, shared.sessions, texts, make_dice(),
             by_mail},
        service(lent, std::move(first)) {}

  task<void> keep_time();

  shared_parts shared;
  boost::asio::io_context on{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};   ///< others reach it through the mailbox alone
  mailbox door{on};
  const poster by_mail = [this](std::function<void()> what) { door.post(std::move(what)); };
  boost::asio::executor_work_guard<executor> stay{on.get_executor()};
  worker_clock time;
  ledger::journal& journal;
  std::unique_ptr<upstream::transport> wire;
  stages::counted_transport counted;
  call_text texts;
  stages::worker_parts lent;
  stages::api_service service;
  std::unique_ptr<server::listener> listener;
  std::vector<int> sockets;   ///< the listener's, as at its start
  std::atomic<bool> idle{false};
  bool draining = false;
  std::thread thread;
};

// Runs as long as the io_context does, which is ended by stop().
task<void> worker::parts::keep_time() {
  const auto wait = time.make_wait();
  for (;;) {
    const auto due = time.now() + tick;
    co_await wait->until(due);
    lent.shed.tick(time.now() - due, service.running().settings->listen.max_lag);
    journal.sync();
    if (draining) idle.store(listener->idle(), std::memory_order_release);
  }
}

result<std::unique_ptr<worker>> worker::open(shared_parts shared, const config::listen_settings& listen, ledger::journal& journal,
                                             std::shared_ptr<const stages::generation> first,
                                             std::vector<succession::owned_descriptor> sockets) {
  auto built = std::make_unique<parts>(shared, journal, std::move(first));
  auto& p = *built;
  auto listener = sockets.empty()
      ? server::listener::open(p.on, listen, shared.connections, p.service, p.time, shared.tls)
      : server::listener::adopt(p.on, listen, shared.connections, p.service, p.time, shared.tls, std::move(sockets));
  if (listener.has_error()) return std::move(listener).error();
  p.listener = std::move(*listener);
  p.sockets = p.listener->sockets();
  return std::unique_ptr<worker>(new worker(std::move(built)));
}

worker::worker(std::unique_ptr<parts> built) : parts_(std::move(built)) {}

worker::~worker() {
  if (!parts_->thread.joinable()) return;
  parts_->door.post([p = parts_.get()] { boost::asio::co_spawn(p->on.get_executor(), close_then_stop(*p->listener, p->time, p->on), boost::asio::detached); });
  parts_->thread.join();
}

std::uint16_t worker::port() const { return parts_->listener->port(); }

void worker::run() {
  auto& p = *parts_;
  boost::asio::co_spawn(p.on.get_executor(), p.keep_time(), boost::asio::detached);
  p.door.post([&p] { p.listener->start(); });
  p.door.open();
  p.thread = std::thread([&p] { p.on.run(); });
}

void worker::publish(std::shared_ptr<const stages::generation> next) {
  parts_->door.post([p = parts_.get(), next = std::move(next)]() mutable { p->service.publish(std::move(next)); });
}

void worker::publish(std::shared_ptr<const stages::stored_keyring> keys) {
  parts_->door.post([p = parts_.get(), keys = std::move(keys)]() mutable { p->service.publish(std::move(keys)); });
}

std::vector<int> worker::sockets() const { return parts_->sockets; }

void worker::drain(server::drain_manner how) {
  parts_->door.post([p = parts_.get(), how] {
    p->draining = true;
    p->listener->drain(how);
    p->idle.store(p->listener->idle(), std::memory_order_release);
  });
}

void worker::break_off() {
  parts_->door.post([p = parts_.get()] { p->listener->close_all(); });
}

bool worker::is_idle() const { return parts_->idle.load(std::memory_order_acquire); }

}  // namespace sallyport
