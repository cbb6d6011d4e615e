#pragma once
/// Folders and files that are their owner's alone.

#include "adapters/words/result.hpp"

#include <memory>
#include <string>

namespace sallyport::ledger {

/// Makes the folder and those above it that are missing (0700); one that is there is left as it is. 0, or the errno of what stopped it.
int make_private_folder(const std::string& path);

/// Makes an empty file (0600) where there is none. 0, or the errno of what stopped it.
int make_private_file(const std::string& path);

/// Held by one process at a time, for as long as the object lives: flock(2) on a file of its own, since SQLite's locks on a database end
/// when any descriptor of it is closed (sqlite.org/howtocorrupt.html section 2.2). The file stays: deleting it would let two have it.
class file_lock {
 public:
  /// Nothing, and errno of what stopped it in `error`; EWOULDBLOCK when somebody else has it.
  static std::unique_ptr<file_lock> take(const std::string& path, int& error);
  ~file_lock();
  file_lock(const file_lock&) = delete;
  file_lock& operator=(const file_lock&) = delete;

 private:
  explicit file_lock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace sallyport::ledger
