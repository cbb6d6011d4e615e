#include "proxy/commands/replace_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace sallyport::commands {
namespace {

constexpr mode_t usual_permissions = 0644;

failure cannot(const std::string& act, const std::string& path, int error) {
  return fail_with(failure_kind::internal, "Cannot " + act + " '" + path + "': " + std::generic_category().message(error) + ".");
}

/// The file behind links: the link itself is to stay one.
std::string behind_links(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::weakly_canonical(path, error);
  return error ? path : real.string();
}

/// 0, or the errno of what stopped it.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(descriptor, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n == 0 ? EIO : errno;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

int fill(int descriptor, const std::string& like, std::string_view text) {
  struct stat facts {};
  const bool is_there = ::stat(like.c_str(), &facts) == 0;
  if (::fchmod(descriptor, is_there ? facts.st_mode & 0777 : usual_permissions) != 0) return errno;
  if (const int error = write_all(descriptor, text)) return error;
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

/// Makes the new name survive a power cut. A folder that cannot be synced does not undo what is done.
void sync_folder(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

result<void> replace_file(const std::string& path, std::string_view text) {
  const auto real = behind_links(path);
  struct stat facts {};
  if (::stat(real.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode))
    return fail_with(failure_kind::internal, "Cannot write '" + path + "': it is there and is no regular file.");
  std::string beside = real + ".XXXXXX";
  const int descriptor = ::mkostemp(beside.data(), O_CLOEXEC);
  if (descriptor < 0) return cannot("write beside", path, errno);
  int error = fill(descriptor, real, text);
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(beside.c_str(), real.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(beside.c_str());
    return cannot("write", path, error);
  }
  sync_folder(real);
  return {};
}

}  // namespace sallyport::commands
