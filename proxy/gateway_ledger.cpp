#include "proxy/gateway_ledger.hpp"

#include "proxy/ledger/sqlite_store.hpp"

#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

namespace sallyport {
namespace {

using namespace std::chrono_literals;

/// How long a start waits for a store that another program locks, and an end for one that refuses.
constexpr auto catch_up_max = 10s;
constexpr auto hand_over_max = 3s;
constexpr auto store_wait_max = 2'000ms;
constexpr auto store_pause = 50ms;

}  // namespace

result<std::unique_ptr<gateway_ledger>> gateway_ledger::open(const config::state_settings& state, int workers, observe::logger& log,
                                                             std::optional<beside_another> beside) {
  std::unique_ptr<gateway_ledger> made(new gateway_ledger(log));
  made->beside_ = std::move(beside);
  auto folder = journal_folder::choose(state.journal);
  if (folder.has_error()) return std::move(folder).error();
  made->folder_ = std::move(*folder);
  auto journals = made->beside_ ? made->open_journals_beside(state, workers) : made->open_journals(state, workers);
  if (journals.has_error()) return std::move(journals).error();
  if (made->beside_ && made->beside_->free_store)
    if (auto freed = made->beside_->free_store(); freed.has_error()) return std::move(freed).error();
  if (auto opened = made->open_store(state); opened.has_error()) return std::move(opened).error();
  if (auto caught = made->catch_up(); caught.has_error()) return std::move(caught).error();
  return made;
}

result<void> gateway_ledger::open_journals(const config::state_settings& state, int workers) {
  for (int i = 0; i < workers; ++i)
    if (auto added = add_journal(ledger::journal::open(folder_.path_of_worker(i), state.journal_size)); added.has_error()) return added;
  for (const auto& path : folder_.beyond(workers))
    if (auto added = add_journal(ledger::journal::open_existing(path)); added.has_error()) return added;
  return {};
}

result<void> gateway_ledger::add_journal(result<std::unique_ptr<ledger::journal>> opened) {
  if (opened.has_error()) return std::move(opened).error();
  journals_.push_back(std::move(*opened));
  return {};
}

// What no worker gets is read like a journal of another process, whether one has it open or not: it is closed when it is empty and nobody
// has it, so that a later process may use it again.
result<void> gateway_ledger::open_journals_beside(const config::state_settings& state, int workers) {
  auto lying = folder_.all();
  const auto lack = [&] { return journals_.size() < static_cast<std::size_t>(workers); };
  for (int number = 0; !lying.empty() || lack(); ++number) {
    const bool lies_there = !lying.extract(number).empty();
    if (!lies_there && !lack()) continue;
    const auto path = folder_.path_of_worker(number);
    auto seen = lies_there ? ledger::foreign_journal::open(path) : result<std::unique_ptr<ledger::foreign_journal>>(nullptr);
    std::error_code unknown;
    const bool is_read = seen && *seen;   // else it is new, or its maker died: opening it to append says
    const bool is_free = !is_read || ((*seen)->is_abandoned() && std::filesystem::file_size(path, unknown) == state.journal_size);
    if (lack() && is_free) {
      if (auto added = add_journal(ledger::journal::open(path, state.journal_size)); added.has_error()) return added;
    } else if (is_read) {
      foreign_.push_back(std::move(*seen));
    } else {
      return seen.error();
    }
  }
  return {};
}

// One that was just killed may still be closing its files.
result<std::unique_ptr<ledger::store>> gateway_ledger::open_store_file() const {
  auto store = ledger::open_sqlite_store(store_path_);
  for (auto waited = 0ms; beside_ && store.has_error() && waited < store_wait_max; waited += store_pause) {
    std::this_thread::sleep_for(store_pause);
    store = ledger::open_sqlite_store(store_path_);
  }
  return store;
}

result<void> gateway_ledger::open_store(const config::state_settings& state) {
  store_path_ = state.store.empty() ? folder_.path() + "/state.db" : state.store;
  auto store = open_store_file();
  if (store.has_error()) return std::move(store).error();
  std::vector<ledger::journal_tail*> tails;
  for (const auto& one : journals_) tails.push_back(&one->tail());
  auto thread = ledger::store_thread::make(std::move(*store), std::move(tails), writer_options(state), std::move(foreign_));
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
  if (beside_) options.spent_elsewhere = beside_->spent_elsewhere;
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
