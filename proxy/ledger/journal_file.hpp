#pragma once
/// A journal's file: made or opened, locked, divided and mapped. It unmaps, closes and unlocks itself.

#include "adapters/words/result.hpp"
#include "proxy/ledger/journal_layout.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::ledger {

/// Does not order threads: whoever reads a record that another thread puts sees to it that this happened before. The mapping stays until
/// the end; truncating the file from outside meanwhile kills the process (SIGBUS).
class journal_file {
 public:
  /// As journal::open says.
  static result<std::unique_ptr<journal_file>> open(const std::string& path, std::size_t bytes);
  /// As journal::open_existing says.
  static result<std::unique_ptr<journal_file>> open_existing(const std::string& path);
  /// As open_existing(), but without the lock and for reading alone.
  static result<std::unique_ptr<journal_file>> open_unlocked(const std::string& path);
  ~journal_file();
  journal_file(const journal_file&) = delete;
  journal_file& operator=(const journal_file&) = delete;

  const layout::geometry& divided() const { return divided_; }
  const layout::file_identity& born_as() const { return born_as_; }
  /// The bytes of the segment at that place.
  std::span<const std::byte> segment(std::size_t position) const;
  /// What stands where that number's record belongs, perhaps another's.
  layout::record record_at(std::uint64_t number) const;
  /// The payload of what stands there, in the mapping itself.
  std::string_view payload_at(std::uint64_t number) const;
  /// Nobody holds the file's lock, the owner of this object included.
  bool is_unlocked() const;
  /// Puts a record where its number says.
  void put(const layout::record& record);
  /// Starts writing the records of these numbers, `end` excluded, at most once round.
  void write_back(std::uint64_t begin, std::uint64_t end);

 private:
  journal_file(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  result<void> lock();
  result<void> make_or_check(std::size_t bytes);
  result<void> check(std::size_t unwritten_max);
  result<void> make(std::size_t bytes);
  result<void> map(int protection);
  static result<std::unique_ptr<journal_file>> open_with(const std::string& path, int flags, std::optional<std::size_t> bytes);
  std::byte* slot_of(std::uint64_t number) const;
  failure cannot(const std::string& act, int error) const;
  void write_back_bytes(std::size_t offset, std::size_t length);

  int descriptor_ = -1;
  std::string path_;
  layout::geometry divided_;
  layout::file_identity born_as_{};
  std::byte* mapped_ = nullptr;
};

}  // namespace sallyport::ledger
