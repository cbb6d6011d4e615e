#pragma once
/// A private file of fixed size, mapped: what is written there outlives the process, also a killed one.

#include "adapters/words/result.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace sallyport::ledger {

class mapped_file {
 public:
  /// Makes it (0600, all zeros, its blocks reserved, so that a full disk is met here and not at a write), or opens the one that is there.
  /// Fails with a sentence that says what to do, also for a file of another size.
  static result<std::unique_ptr<mapped_file>> open(const std::string& path, std::size_t bytes);
  ~mapped_file();
  mapped_file(const mapped_file&) = delete;
  mapped_file& operator=(const mapped_file&) = delete;

  std::span<std::byte> bytes() const { return bytes_; }

 private:
  explicit mapped_file(std::span<std::byte> bytes) : bytes_(bytes) {}
  std::span<std::byte> bytes_;
};

}  // namespace sallyport::ledger
