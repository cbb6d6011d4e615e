#include "proxy/ledger/mapped_file.hpp"

#include "proxy/ledger/private_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sallyport::ledger {
namespace {

failure trouble(const std::string& path, const std::string& what) {
  return fail_with(failure_kind::internal, "The file " + path + " " + what);
}

failure trouble(const std::string& path, const std::string& act, int error) {
  return trouble(path, "cannot be " + act + ": " + std::generic_category().message(error) + ".");
}

struct descriptor {
  int number = -1;
  ~descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

result<std::unique_ptr<mapped_file>> mapped_file::open(const std::string& path, std::size_t bytes) {
  if (const int error = make_private_file(path)) return trouble(path, "made", error);
  const descriptor file{::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
  if (file.number < 0) return trouble(path, "opened", errno);
  struct stat seen{};
  if (::fstat(file.number, &seen) != 0) return trouble(path, "looked at", errno);
  if (seen.st_size != 0 && static_cast<std::size_t>(seen.st_size) != bytes)
    return trouble(path, "has " + std::to_string(seen.st_size) + " bytes instead of " + std::to_string(bytes) +
                             ": it is not one of this version. Move it away; a new one is made.");
  if (const int error = ::posix_fallocate(file.number, 0, static_cast<off_t>(bytes))) return trouble(path, "given its room", error);
  void* const at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.number, 0);
  if (at == MAP_FAILED) return trouble(path, "mapped", errno);
  return std::unique_ptr<mapped_file>(new mapped_file({static_cast<std::byte*>(at), bytes}));
}

mapped_file::~mapped_file() { ::munmap(bytes_.data(), bytes_.size()); }

}  // namespace sallyport::ledger
