#pragma once
/// The one thread that owns the store: it runs the writer when time has come or somebody nudges, and takes over what is left at the end.

#include "proxy/ledger/store_writer.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace sallyport::ledger {

class store_thread {
 public:
  /// The journals outlive it. Tells each where the store is with it; fails when the store cannot say.
  static result<std::unique_ptr<store_thread>> make(std::unique_ptr<store> into, std::vector<journal_tail*> from,
                                                    store_writer_options options,
                                                    std::vector<std::unique_ptr<foreign_journal>> foreign = {});
  /// Stops, without taking what is left: that is stop()'s.
  ~store_thread();
  store_thread(const store_thread&) = delete;
  store_thread& operator=(const store_thread&) = delete;

  /// Takes all that the journals of an earlier run hold, on the caller's thread; tries again within that time. Before start().
  result<void> catch_up(duration at_most);

  void start();

  /// Ends the thread, then takes over what the journals hold, on the caller's thread and within that time. What is left then stays in the
  /// journals, and the failure says why; the next start takes it. After let_go() it takes nothing: that is the other process's.
  result<void> stop(duration at_most);

  /// Any thread, never waiting: take what the journals hold by now, if the store takes it, and then let go of the store, for another process.
  /// From then on rows stay in the journals.
  void let_go();
  bool has_let_go() const { return wants_to_let_go_ && has_let_go_; }
  /// Any thread, never waiting: the store is this process's again, as soon as nobody else has it.
  void take_back();

  /// Any thread; waits for a transaction under way. As long as it is held no rows are taken, so that what another process spends is either
  /// read from the store or told by `spent_elsewhere`, not both.
  std::unique_lock<std::mutex> hold_still() { return std::unique_lock(mutex_); }

  /// Any thread, never waiting: look at the journals now.
  void nudge();

  /// Any thread: see store_writer.
  void add(deployment_time time) { writer_.add(std::move(time)); }
  store_status status() const { return writer_.status(); }

 private:
  store_thread(std::unique_ptr<store> into, std::vector<journal_tail*> from, store_writer_options options,
               std::vector<std::unique_ptr<foreign_journal>> foreign);
  void run();
  void end_thread();
  result<void> take_until(instant deadline);

  std::unique_ptr<store> into_;
  store_writer writer_;
  std::mutex mutex_;                    ///< held while the store is used
  std::condition_variable woken_;
  std::atomic<bool> nudged_{false};
  std::atomic<bool> ending_{false};
  std::atomic<bool> wants_to_let_go_{false};
  std::atomic<bool> has_let_go_{false};   ///< of the thread
  std::thread thread_;
};

}  // namespace sallyport::ledger
