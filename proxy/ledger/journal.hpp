#pragma once
/// The attempt journal: a preallocated, memory-mapped file of fixed size, one a worker. A row that append() has taken survives the death
/// of the process, kill -9 included, because it then lies in the kernel's page cache. Against a power cut it is safe once the kernel has
/// written it back: sync() starts that, so the window is the pause between two calls (100 ms) and what the drive itself caches.
///
/// The file is a ring of segments that its reader frees: one thread appends, another takes the rows over (journal_tail) and says how far it
/// has come; what it has not taken is never overwritten. A segment holds the names that its rows use, so it is freed as a whole. Every
/// record has a checksum and a running number: a torn record is seen and left out.

#include "adapters/words/result.hpp"
#include "proxy/ledger/journal_row.hpp"
#include "proxy/ledger/journal_tail.hpp"
#include "proxy/words/lease.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::ledger {

/// One thread at a time, but for tail(). Two journals, also of different processes, never share a file: it is locked (flock) while open.
class journal {
 public:
  static constexpr std::size_t bytes_min = 16u << 10;
  static constexpr std::size_t bytes_max = std::size_t{4} << 30;
  static constexpr std::size_t name_max = 168;   ///< bytes of a name that is stored whole

  /// Opens the journal of that path or makes it, `bytes` long; an existing one goes on after its last whole row, and none of its rows is
  /// overwritten before the tail has said where it begins. Fails with a sentence that names the file and says what to do: not creatable, no
  /// space, in use by another process, not a journal, of another version, byte order or size. Writes the whole new file once, so it takes
  /// as long as the disk does: call it at start-up.
  static result<std::unique_ptr<journal>> open(const std::string& path, std::size_t bytes);
  /// The journal of that path, whatever its size. Fails likewise, and where there is none.
  static result<std::unique_ptr<journal>> open_existing(const std::string& path);
  ~journal();
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;

  /// Takes the row. False: the ring is full of rows that its reader has not taken. Does not allocate beyond new names; waits for nothing.
  bool append(const journal_row& row);

  /// False when less than a sixteenth of the file is free beyond what is promised: then rows that may be lost should not be appended.
  bool has_room() const;
  /// Room for the rows of a request of so many attempts, kept until the lease ends; the journal outlives it. Nothing when has_room() would
  /// be false: then no request should begin whose rows must not be lost. The sixteenth is for names and for the ends of segments.
  lease promise(int attempts);

  /// Starts writing what was appended since the last call. Cheap, and nothing when nothing was appended. The owner calls it every 100 ms.
  void sync();

  /// `filled` is called by append() whenever it begins a further segment: a good moment to wake the reader. Set before the first append.
  void when_segment_fills(std::function<void()> filled);

  std::uint64_t appended() const;      ///< rows taken since open

  /// The reader's end; lives as long as the journal.
  journal_tail& tail();

 private:
  class writer;
  explicit journal(std::unique_ptr<writer> opened);
  std::unique_ptr<writer> writer_;
};

struct journal_contents {
  std::vector<stored_row> rows;    ///< oldest first
  std::uint64_t damaged = 0;       ///< records that are neither whole nor unused: torn by a power cut or altered
};

/// Reads all whole rows that a journal still holds, taken or not, also of one that is being written; of several rows of one attempt the
/// last. A name that is itself damaged comes out as "?". Fails like open.
result<journal_contents> read_journal(const std::string& path);

}  // namespace sallyport::ledger
