#pragma once
/// A journal to which another process appends: read as it grows, and to its end when that process has gone. For the time in which two
/// gateways share a state folder: the one that serves reads what the one that ends still records.

#include "adapters/words/result.hpp"
#include "proxy/ledger/journal_file.hpp"
#include "proxy/ledger/journal_tail.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace sallyport::ledger {

/// One thread, the reader's. The writer must not overwrite what is not taken: it does not, since it lets go of the store, and with it of
/// all that makes room in its ring, before another process takes its rows.
class foreign_journal {
 public:
  /// Without locking the file. Fails like journal::open_existing.
  static result<std::unique_ptr<foreign_journal>> open(const std::string& path);

  journal_tail& tail() { return tail_; }
  const journal_tail& tail() const { return tail_; }

  /// Makes what was appended since the last look readable through the tail.
  void look();

  /// Nobody has the file open for appending any more: what a look() finds from then on is all that there will be.
  bool is_abandoned() const { return file_->is_unlocked(); }

 private:
  explicit foreign_journal(std::unique_ptr<journal_file> file);
  bool is_there(std::uint64_t number) const;
  void see(std::uint64_t number);

  std::unique_ptr<journal_file> file_;
  journal_ends ends_;
  journal_tail tail_;
};

}  // namespace sallyport::ledger
