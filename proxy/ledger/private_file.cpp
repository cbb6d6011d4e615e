#include "proxy/ledger/private_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace sallyport::ledger {

int make_private_folder(const std::string& path) {
  std::filesystem::path made;
  for (const auto& part : std::filesystem::path(path)) {
    made /= part;
    std::error_code ignored;
    if (made.empty() || std::filesystem::is_directory(made, ignored)) continue;
    if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST) return errno;
  }
  return std::filesystem::is_directory(made) ? 0 : ENOTDIR;
}

int make_private_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return errno == EEXIST ? 0 : errno;
  ::close(descriptor);
  return 0;
}

std::unique_ptr<file_lock> file_lock::take(const std::string& path, int& error) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  error = descriptor < 0 ? errno : 0;
  if (descriptor < 0) return nullptr;
  std::unique_ptr<file_lock> made(new file_lock(descriptor));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return made;
  error = errno;
  return nullptr;
}

file_lock::~file_lock() { ::close(descriptor_); }

}  // namespace sallyport::ledger
