#pragma once
/// A journal's file: made or opened, locked, divided and mapped. It unmaps, closes and unlocks itself.

#include "adapters/words/result.hpp"
#include "proxy/ledger/journal_layout.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace sallyport::ledger {

/// One thread. The mapping stays until the end; truncating the file from outside meanwhile kills the process (SIGBUS).
class journal_file {
 public:
  /// As journal::open says.
  static result<std::unique_ptr<journal_file>> open(const std::string& path, std::size_t bytes);
  ~journal_file();
  journal_file(const journal_file&) = delete;
  journal_file& operator=(const journal_file&) = delete;

  const layout::geometry& divided() const { return divided_; }
  /// The bytes of the segment at that place.
  std::span<const std::byte> segment(std::size_t position) const;
  /// Puts a record where its number says.
  void put(const layout::record& record);
  /// Starts writing the records of these numbers, `end` excluded, at most once round.
  void write_back(std::uint64_t begin, std::uint64_t end);

 private:
  journal_file(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  result<void> lock();
  result<void> make_or_check(std::size_t bytes);
  result<void> make(std::size_t bytes);
  result<void> map();
  failure cannot(const std::string& act, int error) const;
  void write_back_bytes(std::size_t offset, std::size_t length);

  int descriptor_ = -1;
  std::string path_;
  layout::geometry divided_;
  std::byte* mapped_ = nullptr;
};

}  // namespace sallyport::ledger
