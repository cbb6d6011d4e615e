#pragma once
/// The ledger of a running gateway: the workers' journals, the store, and the thread between them.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/journal_folder.hpp"
#include "proxy/ledger/journal.hpp"
#include "proxy/ledger/store_thread.hpp"
#include "proxy/observe/logger.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

/// For a gateway that takes over from another one, or starts while another one ends.
struct beside_another {
  /// Called when the journals are open and before the store is: the other one lets go of it.
  std::function<result<void>()> free_store;
  /// On the store's thread: what calls of the other one have come to cost, as their rows are taken.
  std::function<void(const ledger::team_spending&)> spent_elsewhere;
};

class gateway_ledger {
 public:
  /// Opens store and journals and takes over what an earlier run left in its journals, those of more workers than now too: when it returns,
  /// the store holds all that was recorded. Fails with a sentence that says what to do. `log` outlives it.
  /// `beside`: journals that another process has locked are no failure then; the workers get others, and all others are read as they grow.
  static result<std::unique_ptr<gateway_ledger>> open(const config::state_settings& state, int workers, observe::logger& log,
                                                      std::optional<beside_another> beside = std::nullopt);
  /// Takes over what is left, within a few seconds; what cannot be taken stays in the journals and is logged. The workers have ended by
  /// then.
  ~gateway_ledger();
  gateway_ledger(const gateway_ledger&) = delete;
  gateway_ledger& operator=(const gateway_ledger&) = delete;

  /// From here on rows are taken over as they come.
  void start() { thread_->start(); }

  ledger::journal& journal_of(int worker) { return *journals_[static_cast<std::size_t>(worker)]; }
  /// Any thread may call what it offers: status(), add().
  ledger::store_thread& store() { return *thread_; }
  /// Any thread. A connection of its own, for reading what the store has by now: what waits in a journal is not in it yet.
  result<std::unique_ptr<ledger::store_reader>> read() const;

  const std::string& journal_path() const { return folder_.path(); }
  const std::string& store_path() const { return store_path_; }

 private:
  explicit gateway_ledger(observe::logger& log) : log_(log) {}
  result<void> open_journals(const config::state_settings& state, int workers);
  result<void> open_journals_beside(const config::state_settings& state, int workers);
  result<void> add_journal(result<std::unique_ptr<ledger::journal>> opened);
  result<void> open_store(const config::state_settings& state);
  result<std::unique_ptr<ledger::store>> open_store_file() const;
  result<void> catch_up();
  ledger::store_writer_options writer_options(const config::state_settings& state);

  observe::logger& log_;
  journal_folder folder_;
  std::string store_path_;
  std::optional<beside_another> beside_;
  std::vector<std::unique_ptr<ledger::journal>> journals_;   ///< the workers', then those of an earlier run
  std::vector<std::unique_ptr<ledger::foreign_journal>> foreign_;   ///< until the store's thread has them
  std::unique_ptr<ledger::store_thread> thread_;
};

}  // namespace sallyport
