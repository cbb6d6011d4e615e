#include "proxy/ledger/journal_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

namespace sallyport::ledger {
namespace {

/// 0, or the errno of what stopped it.
int write_all(int descriptor, std::span<const std::byte> bytes, std::size_t offset) {
  while (!bytes.empty()) {
    const auto n = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n == 0 ? EIO : errno;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::size_t>(n);
  }
  return 0;
}

/// Zeros are written, not only reserved: the first write to a reserved block also changes the file system's own records, which a power
/// cut loses for seconds.
int write_zeros(int descriptor, std::size_t bytes) {
  const std::vector<std::byte> zeros(std::size_t{1} << 20);
  for (std::size_t at = 0; at < bytes; at += zeros.size())
    if (const int error = write_all(descriptor, std::span(zeros).first(std::min(zeros.size(), bytes - at)), at)) return error;
  return 0;
}

layout::file_identity random_identity() {
  std::random_device entropy;
  layout::file_identity made{};
  for (auto& byte : made) byte = static_cast<std::uint8_t>(entropy());
  return made;
}

}  // namespace

result<std::unique_ptr<journal_file>> journal_file::open(const std::string& path, std::size_t bytes) {
  return open_with(path, O_CREAT, bytes);
}

result<std::unique_ptr<journal_file>> journal_file::open_existing(const std::string& path) { return open_with(path, 0, std::nullopt); }

result<std::unique_ptr<journal_file>> journal_file::open_with(const std::string& path, int flags, std::optional<std::size_t> bytes) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC | flags, 0600);
  std::unique_ptr<journal_file> made(new journal_file(descriptor, path));
  if (descriptor < 0) return made->cannot("open", errno);
  if (auto locked = made->lock(); !locked) return locked.error();
  if (auto ready = bytes ? made->make_or_check(*bytes) : made->check(0); !ready) return ready.error();
  if (auto mapped = made->map(PROT_READ | PROT_WRITE); !mapped) return mapped.error();
  return made;
}

result<std::unique_ptr<journal_file>> journal_file::open_unlocked(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::unique_ptr<journal_file> made(new journal_file(descriptor, path));
  if (descriptor < 0) return made->cannot("open", errno);
  if (auto ready = made->check(0); !ready) return ready.error();
  if (auto mapped = made->map(PROT_READ); !mapped) return mapped.error();
  return made;
}

journal_file::~journal_file() {
  if (mapped_) ::munmap(mapped_, divided_.file_bytes);
  if (descriptor_ >= 0) ::close(descriptor_);
}

failure journal_file::cannot(const std::string& act, int error) const {
  return fail_with(failure_kind::internal, "Cannot " + act + " the journal '" + path_ + "': " + std::generic_category().message(error) +
                                               ". Set state.journal to a folder that this process may write and that has room.");
}

result<void> journal_file::lock() {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return cannot("lock", errno);
  return fail_with(failure_kind::internal, "The journal '" + path_ + "' is in use by another process. " +
                                               "Stop that gateway, or set state.journal to a folder of its own.");
}

result<void> journal_file::make_or_check(std::size_t bytes) {
  if (auto checked = check(bytes); !checked) return checked;
  if (divided_.file_bytes == 0) return make(bytes);
  if (divided_.file_bytes == bytes) return {};
  return fail_with(failure_kind::internal, "The journal '" + path_ + "' is " + std::to_string(divided_.file_bytes) + " bytes long, not " +
                                               std::to_string(bytes) + " as state.journal_size says. " +
                                               "Set that back, or move the file away: a new one is made.");
}

// A file that nobody has written yet, and that is no longer than `unwritten_max`, passes and leaves divided_ empty.
result<void> journal_file::check(std::size_t unwritten_max) {
  struct stat facts {};
  if (::fstat(descriptor_, &facts) != 0) return cannot("look at", errno);
  if (!S_ISREG(facts.st_mode)) return fail_with(failure_kind::internal, "The journal '" + path_ + "' is not a regular file.");
  const auto size = static_cast<std::size_t>(facts.st_size);
  std::array<std::byte, layout::header_bytes> header{};
  const auto got = ::pread(descriptor_, header.data(), header.size(), 0);
  if (got < 0) return cannot("read", errno);
  const auto begun = std::span(header).first(static_cast<std::size_t>(got));
  if (size <= unwritten_max && layout::is_unwritten(begun)) return {};
  const auto head = layout::read_header(begun, size, path_);
  if (!head) return head.error();
  divided_ = head->divided;
  born_as_ = head->born_as;
  return {};
}

result<void> journal_file::make(std::size_t bytes) {
  if (const int error = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(bytes))) return cannot("reserve room for", error);
  if (const int error = write_zeros(descriptor_, bytes)) return cannot("write", error);
  if (::fsync(descriptor_) != 0) return cannot("write", errno);
  divided_ = layout::geometry_of(bytes);
  born_as_ = random_identity();
  // Last, so that a file whose maker died is taken for unwritten and made again.
  if (const int error = write_all(descriptor_, layout::make_header(divided_, born_as_), 0)) return cannot("write", error);
  return ::fsync(descriptor_) == 0 ? result<void>{} : cannot("write", errno);
}

// By a shared lock, for a moment, on a description of our own.
bool journal_file::is_unlocked() const {
  if (::flock(descriptor_, LOCK_SH | LOCK_NB) != 0) return false;
  ::flock(descriptor_, LOCK_UN);
  return true;
}

result<void> journal_file::map(int protection) {
  void* at = ::mmap(nullptr, divided_.file_bytes, protection, MAP_SHARED, descriptor_, 0);
  if (at == MAP_FAILED) return cannot("map", errno);
  mapped_ = static_cast<std::byte*>(at);
  return {};
}

std::span<const std::byte> journal_file::segment(std::size_t position) const {
  return {mapped_ + layout::header_bytes + position * divided_.segment_bytes(), divided_.segment_bytes()};
}

std::byte* journal_file::slot_of(std::uint64_t number) const {
  return mapped_ + layout::header_bytes + (number % divided_.slots()) * layout::record_bytes;
}

layout::record journal_file::record_at(std::uint64_t number) const {
  layout::record record;
  std::memcpy(&record, slot_of(number), sizeof record);
  return record;
}

std::string_view journal_file::payload_at(std::uint64_t number) const {
  return {reinterpret_cast<const char*>(slot_of(number)) + offsetof(layout::record, payload), layout::payload_bytes};
}

void journal_file::put(const layout::record& record) { std::memcpy(slot_of(record.head.number), &record, sizeof record); }

void journal_file::write_back(std::uint64_t begin, std::uint64_t end) {
  if (end - begin >= divided_.slots()) return write_back_bytes(layout::header_bytes, divided_.slots() * layout::record_bytes);
  const auto first = static_cast<std::size_t>(begin % divided_.slots());
  const auto count = static_cast<std::size_t>(end - begin);
  const auto before_wrap = std::min(count, divided_.slots() - first);
  write_back_bytes(layout::header_bytes + first * layout::record_bytes, before_wrap * layout::record_bytes);
  if (before_wrap < count) write_back_bytes(layout::header_bytes, (count - before_wrap) * layout::record_bytes);
}

// An error here is not the request's: the rows stand in the page cache, and the kernel writes them back in its own time.
void journal_file::write_back_bytes(std::size_t offset, std::size_t length) {
#ifdef __linux__
  // msync(MS_ASYNC) does nothing on Linux since 2.6.19 (msync(2), NOTES).
  static_cast<void>(::sync_file_range(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(length), SYNC_FILE_RANGE_WRITE));
#else
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto from = offset / page * page;
  static_cast<void>(::msync(mapped_ + from, offset + length - from, MS_ASYNC));
#endif
}

}  // namespace sallyport::ledger
