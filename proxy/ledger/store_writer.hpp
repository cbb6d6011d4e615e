#pragma once
/// Takes rows out of the journals into the store, and rides out what stops the store: nothing leaves a journal before the store has it.

#include "adapters/words/result.hpp"
#include "proxy/ledger/foreign_journal.hpp"
#include "proxy/ledger/journal_tail.hpp"
#include "proxy/ledger/store.hpp"
#include "proxy/words/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::ledger {

/// How the store is doing.
struct store_status {
  std::uint64_t lag_rows = 0;             ///< rows that are in the journals and not yet in the store
  std::uint64_t errors = 0;               ///< tries that failed, since the start
  std::uint64_t damaged = 0;              ///< records of the journals that could not be read, since the start
  std::string error;                      ///< the sentence of the last failure; empty while the store takes rows
  std::optional<wall_time> failing_since; ///< nothing while the store takes rows
};

struct store_writer_options {
  std::size_t rows_max = 1'000;                             ///< of one transaction
  duration pause = std::chrono::milliseconds(100);          ///< between two looks at the journals; after a failure doubled each time
  duration pause_max = std::chrono::seconds(5);
  duration trim_pause = std::chrono::minutes(1);            ///< between two looks for what is to be deleted
  retention keep;
  std::function<void(const store_status&)> failing = {};    ///< the store has begun to refuse; not called again before `recovered`
  std::function<void(const store_status&)> recovered = {};
  std::function<void(const team_spending&)> spent_elsewhere = {};   ///< by a call of another process, whose row the store has just taken
};

/// One thread at a time, but for status() and add(). Time is an argument: it never waits by itself (the store may, for a lock).
class store_writer {
 public:
  /// Store and journals outlive it; the journals must have been told where to begin. Those of other processes are read until these have
  /// gone, then closed.
  store_writer(store& into, std::vector<journal_tail*> from, store_writer_options options,
               std::vector<std::unique_ptr<foreign_journal>> foreign = {});

  /// Does what is due: takes rows, adds times, deletes a page of old rows. When to call it again at the latest.
  instant pass(instant now, wall_time wall);

  /// Takes all rows and times that there are now, whether a pause is due or not.
  result<void> take_all(wall_time wall);

  /// Any thread: to be added to the store with the next pass; kept while the store refuses.
  void add(deployment_time time);

  /// Any thread; waits for nothing.
  store_status status() const;

 private:
  result<void> take_from(journal_tail& from, bool is_foreign);
  result<void> take_foreign();
  result<void> add_times();
  instant trim(instant now, wall_time wall);
  void went_well();
  void failed(const failure& why, wall_time wall);
  std::uint64_t lag() const;

  store& into_;
  std::vector<journal_tail*> from_;
  std::vector<std::unique_ptr<foreign_journal>> foreign_;   ///< changed under the mutex only, by the thread of the passes
  store_writer_options options_;
  duration pause_;
  instant retry_at_ = instant::min();
  instant trim_at_ = instant::min();

  using time_key = std::pair<std::string, std::int64_t>;
  mutable std::mutex mutex_;                      ///< guards what follows, for moments
  store_status status_;
  std::map<time_key, deployment_time> times_;     ///< by deployment and day, not yet added
};

}  // namespace sallyport::ledger
