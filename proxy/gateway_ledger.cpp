#include "proxy/gateway_ledger.hpp"

#include "proxy/ledger/sqlite_store.hpp"

#include <utility>

namespace sallyport {
namespace {

using namespace std::chrono_literals;

/// How long a start waits for a store that another program locks, and an end for one that refuses.
constexpr auto catch_up_max = 10s;
constexpr auto hand_over_max = 3s;

}  // namespace

result<std::unique_ptr<gateway_ledger>> gateway_ledger::open(const config::state_settings& state, int workers, observe::logger& log) {
  std::unique_ptr<gateway_ledger> made(new gateway_ledger(log));
  auto folder = journal_folder::choose(state.journal);
  if (folder.has_error()) return std::move(folder).error();
  made->folder_ = std::move(*folder);
  if (auto opened = made->open_journals(state, workers); opened.has_error()) return std::move(opened).error();
  if (auto opened = made->open_store(state); opened.has_error()) return std::move(opened).error();
  if (auto caught = made->catch_up(); caught.has_error()) return std::move(caught).error();
  return made;
}

result<void> gateway_ledger::open_journals(const config::state_settings& state, int workers) {
  for (int i = 0; i < workers; ++i) {
    auto opened = ledger::journal::open(folder_.path_of_worker(i), state.journal_size);
    if (opened.has_error()) return std::move(opened).error();
    journals_.push_back(std::move(*opened));
  }
  for (const auto& path : folder_.beyond(workers)) {
    auto opened = ledger::journal::open_existing(path);
    if (opened.has_error()) return std::move(opened).error();
    journals_.push_back(std::move(*opened));
  }
  return {};
}

result<void> gateway_ledger::open_store(const config::state_settings& state) {
  store_path_ = state.store.empty() ? folder_.path() + "/state.db" : state.store;
  auto store = ledger::open_sqlite_store(store_path_);
  if (store.has_error()) return std::move(store).error();
  std::vector<ledger::journal_tail*> tails;
  for (const auto& one : journals_) tails.push_back(&one->tail());
  auto thread = ledger::store_thread::make(std::move(*store), std::move(tails), writer_options(state));
  if (thread.has_error()) return std::move(thread).error();
  thread_ = std::move(*thread);
  for (const auto& one : journals_) one->when_segment_fills([this] { thread_->nudge(); });
  return {};
}

ledger::store_writer_options gateway_ledger::writer_options(const config::state_settings& state) {
  ledger::store_writer_options options;
  options.keep = {.age_max = state.retention, .bytes_max = state.max_size};
  options.failing = [this](const ledger::store_status& now) {
    log_.write(observe::level::error, "the store takes no rows; they wait in the journals",
               {{"rows", now.lag_rows}, {"detail", now.error}});
  };
  options.recovered = [this](const ledger::store_status& was) {
    log_.write(observe::level::warn, "the store takes rows again", {{"detail", was.error}});
  };
  return options;
}

result<void> gateway_ledger::catch_up() {
  const auto left = thread_->status().lag_rows;
  if (auto caught = thread_->catch_up(catch_up_max); caught.has_error()) return caught;
  if (left > 0) log_.write(observe::level::info, "rows of an earlier run taken into the store", {{"rows", left}});
  if (const auto damaged = thread_->status().damaged; damaged > 0)
    log_.write(observe::level::warn, "records of the journals could not be read", {{"rows", damaged}});
  return {};
}

result<std::unique_ptr<ledger::store_reader>> gateway_ledger::read() const { return ledger::read_sqlite_store(store_path_); }

gateway_ledger::~gateway_ledger() {
  if (!thread_) return;
  const auto handed_over = thread_->stop(hand_over_max);
  if (handed_over.has_error())
    log_.write(observe::level::error, "rows are left in the journals; the next start takes them",
               {{"rows", thread_->status().lag_rows}, {"detail", handed_over.error().client_sentence()}});
}

}  // namespace sallyport
