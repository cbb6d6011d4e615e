#include "proxy/ledger/store_thread.hpp"

#include <utility>

namespace sallyport::ledger {
namespace {

using namespace std::chrono_literals;

/// Between two tries while somebody waits for the result.
constexpr auto retry_pause = 50ms;
/// Between two looks while another process has the store.
constexpr auto idle_pause = 100ms;

instant now() { return std::chrono::steady_clock::now(); }
wall_time wall() { return std::chrono::system_clock::now(); }

}  // namespace

result<std::unique_ptr<store_thread>> store_thread::make(std::unique_ptr<store> into, std::vector<journal_tail*> from,
                                                         store_writer_options options,
                                                         std::vector<std::unique_ptr<foreign_journal>> foreign) {
  auto all = from;
  for (const auto& one : foreign) all.push_back(&one->tail());
  for (auto* const one : all) {
    const auto position = into->position_of(one->name());
    if (position.has_error()) return position.error();
    one->begin_at(*position);
  }
  return std::unique_ptr<store_thread>(new store_thread(std::move(into), std::move(from), std::move(options), std::move(foreign)));
}

store_thread::store_thread(std::unique_ptr<store> into, std::vector<journal_tail*> from, store_writer_options options,
                           std::vector<std::unique_ptr<foreign_journal>> foreign)
    : into_(std::move(into)), writer_(*into_, std::move(from), std::move(options), std::move(foreign)) {}

store_thread::~store_thread() { end_thread(); }

void store_thread::start() {
  thread_ = std::thread([this] { run(); });
}

void store_thread::run() {
  std::unique_lock hold(mutex_);
  while (!ending_) {
    if (!wants_to_let_go_) has_let_go_ = false;
    if (wants_to_let_go_ && !has_let_go_) {
      static_cast<void>(writer_.take_all(wall()));   // what it does not take stays in the journals, where the other process finds it
      into_->let_go();
      has_let_go_ = true;
    }
    const auto next = has_let_go_ ? now() + idle_pause : writer_.pass(now(), wall());
    // A nudge between the look at the flag and the wait is seen at the next pass, a pause later at most.
    woken_.wait_until(hold, next, [this] { return ending_ || nudged_; });
    nudged_ = false;
  }
}

void store_thread::end_thread() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard hold(mutex_);
    ending_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

// Without the mutex, which is held while the store waits for a lock: this is called by threads that serve.
void store_thread::nudge() {
  nudged_ = true;
  woken_.notify_one();
}

void store_thread::let_go() {
  wants_to_let_go_ = true;
  nudge();
}

void store_thread::take_back() {
  wants_to_let_go_ = false;
  nudge();
}

result<void> store_thread::take_until(instant deadline) {
  for (;;) {
    auto taken = writer_.take_all(wall());
    if (taken || now() + retry_pause >= deadline) return taken;
    std::this_thread::sleep_for(retry_pause);
  }
}

result<void> store_thread::catch_up(duration at_most) { return take_until(now() + at_most); }

result<void> store_thread::stop(duration at_most) {
  end_thread();
  if (wants_to_let_go_) return {};
  return take_until(now() + at_most);
}

}  // namespace sallyport::ledger
