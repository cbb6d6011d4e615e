#pragma once
/// The end of a journal at which rows are taken out: read beyond a position, put somewhere safe, and only then told to be taken, which lets
/// the appending thread write over them.

#include "proxy/ledger/journal_file.hpp"
#include "proxy/ledger/journal_row.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::ledger {

/// What the two threads of a journal tell each other. Positions are numbers of records, counted from the file's birth; each is stored by
/// one thread alone: `published` and `rows_in` by the one that appends, the others by the one that takes.
struct journal_ends {
  std::atomic<std::uint64_t> published{0};   ///< records below are whole: released behind their bytes, acquired before these are read
  std::atomic<std::uint64_t> taken{0};       ///< records below may go: released behind the reads, acquired before overwriting
  std::atomic<std::uint64_t> rows_in{0};     ///< rows there are to take, and were, since open
  std::atomic<std::uint64_t> rows_out{0};    ///< rows taken since open
};

/// Rows in the order in which they were appended; two of one id may be among them. Their texts lie in the journal itself: they are valid
/// until taken() is called with their position or a later one.
struct journal_rows {
  std::vector<journal_row> rows;
  std::uint64_t position = 0;   ///< behind the last record that was looked at
  std::uint64_t damaged = 0;    ///< records on the way that are neither whole nor unused
};

/// One thread, the reader's; lag() is for any. Made and owned by its journal.
class journal_tail {
 public:
  journal_tail(const journal_file& file, journal_ends& ends) : file_(file), ends_(ends) {}
  journal_tail(const journal_tail&) = delete;
  journal_tail& operator=(const journal_tail&) = delete;

  /// What the journal is called in the store: 32 digits that its file was born with, so that a new file under an old path is another one.
  std::string name() const;

  /// Begins behind what the store has, and with the oldest record when it knows nothing. A position that the file does not reach (a power
  /// cut took what was not written back) becomes its end. Once, before anything is appended or read.
  void begin_at(std::optional<std::uint64_t> stored);

  /// Everything below has been taken.
  std::uint64_t taken_up_to() const { return ends_.taken.load(std::memory_order_relaxed); }

  /// The next rows that are not taken, at most so many. The same ones again until taken() is called.
  journal_rows read(std::size_t rows_max);

  /// The rows of the batch that was read last are safe elsewhere.
  void taken(const journal_rows& batch);

  /// Rows that are appended and not yet taken.
  std::uint64_t lag() const;

 private:
  std::uint64_t oldest() const;
  void enter_segment_of(std::uint64_t number);
  std::string_view name_at(std::uint16_t place);
  std::string_view look_up(std::uint64_t number) const;
  void take_in(std::uint64_t number, journal_rows& into);

  const journal_file& file_;
  journal_ends& ends_;
  std::uint64_t segment_ = layout::number_max;             ///< number of the first record of the segment that names_ belongs to
  std::vector<std::optional<std::string_view>> names_;    ///< by place, those that were looked up
};

}  // namespace sallyport::ledger
