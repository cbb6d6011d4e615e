#pragma once
/// The attempt journal: a preallocated, memory-mapped file of fixed size, one a worker. A row that append() has taken survives the death
/// of the process, kill -9 included, because it then lies in the kernel's page cache. Against a power cut it is safe once the kernel has
/// written it back: sync() starts that, so the window is the pause between two calls (100 ms) and what the drive itself caches.
///
/// The file is a ring of segments. A segment holds the names that its rows use, so that overwriting the oldest segment loses the oldest
/// rows and never a name of a newer one. Every record has a checksum and a running number: a torn record is seen and left out.

#include "adapters/words/result.hpp"
#include "proxy/ledger/journal_row.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::ledger {

/// What happens when the file is full.
enum class retention : std::uint8_t {
  overwrite_oldest,   ///< the oldest segment (a sixteenth of a small file, 1,024 records of a large one) makes room
  refuse_when_full,   ///< append() fails; has_room() says so early enough for requests that have begun
};

/// One thread at a time. Two journals, also of different processes, never share a file: it is locked (flock) while open.
class journal {
 public:
  static constexpr std::size_t bytes_min = 16u << 10;
  static constexpr std::size_t bytes_max = std::size_t{4} << 30;
  static constexpr std::size_t name_max = 168;   ///< bytes of a name that is stored whole

  /// Opens the journal of that path or makes it, `bytes` long; an existing one goes on after its last whole row. Fails with a sentence
  /// that names the file and says what to do: not creatable, no space, in use by another process, not a journal, of another version,
  /// byte order or size. Writes the whole new file once, so it takes as long as the disk does: call it at start-up.
  static result<std::unique_ptr<journal>> open(const std::string& path, std::size_t bytes,
                                               retention when_full = retention::overwrite_oldest);
  ~journal();
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;

  /// Takes the row. False: it does not fit any more (refuse_when_full only). Does not allocate beyond new names, and waits for nothing.
  bool append(const journal_row& row);

  /// False when less than a sixteenth of the file is free (refuse_when_full only; else always true): then no new request should begin.
  bool has_room() const;

  /// Starts writing what was appended since the last call. Cheap, and nothing when nothing was appended. The owner calls it every 100 ms.
  void sync();

  std::uint64_t appended() const;      ///< rows taken since open

 private:
  class writer;
  explicit journal(std::unique_ptr<writer> opened);
  std::unique_ptr<writer> writer_;
};

struct journal_contents {
  std::vector<stored_row> rows;    ///< oldest first
  std::uint64_t damaged = 0;       ///< records that are neither whole nor unused: torn by a power cut or altered
};

/// Reads all whole rows of a journal, also of one that is being written; of several rows of one attempt the last. A name that is
/// itself damaged comes out as "?". Fails like open.
result<journal_contents> read_journal(const std::string& path);

}  // namespace sallyport::ledger
