#pragma once
/// The store in a SQLite file beside the gateway. Write-ahead log, so that reports read while it writes; each transaction is on the disk
/// before its rows may be overwritten in the journal (synchronous=FULL; decision 0008).

#include "proxy/ledger/store.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace sallyport::ledger {

struct sqlite_options {
  std::chrono::milliseconds lock_wait{1'000};   ///< how long a call waits for another program's lock
  std::int64_t pages_max = 0;                   ///< of 4 KiB; 0: as many as the disk holds. For tests of a full disk
};

/// Opens the store in that file or makes it (0600, a folder that is missing 0700), and brings an older one to this version. Fails with a
/// sentence that names the file and says what to do: cannot be made, not a database, another program's, of a newer version, in use by
/// another gateway.
result<std::unique_ptr<store>> open_sqlite_store(const std::string& path, const sqlite_options& options = {});

/// Opens it for reading alone; it must be there and of this version.
result<std::unique_ptr<store_reader>> read_sqlite_store(const std::string& path, const sqlite_options& options = {});

}  // namespace sallyport::ledger
