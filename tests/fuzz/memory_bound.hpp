#pragma once
/// What is held at once while bytes of others are read: at most so many times their length.

#include "stream_cuts.hpp"

#include <sanitizer/allocator_interface.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sallyport::fuzz {

/// Counts from its making to its end, on the one thread of a fuzz target. The sanitizer's hooks see every allocation, the libraries' too.
class memory_bound {
 public:
  static constexpr std::int64_t times_input = 100;
  static constexpr std::size_t counted_from = 1024;       ///< a shorter input is outweighed by what any reading needs
  static constexpr std::int64_t room_bytes = 64 * 1024;   ///< buffers of a fixed size, documents that the thread keeps

  explicit memory_bound(std::size_t input_bytes) : input_bytes_(input_bytes) {
    [[maybe_unused]] static const int installed = __sanitizer_install_malloc_and_free_hooks(&taken, &given_back);
    held_ = peak_ = 0;
  }
  memory_bound(const memory_bound&) = delete;
  ~memory_bound() {
    const std::int64_t bound = times_input * static_cast<std::int64_t>(input_bytes_) + room_bytes;
    if (input_bytes_ < counted_from || peak_ <= bound) return;
    std::fprintf(stderr, "%lld bytes held for an input of %zu\n", static_cast<long long>(peak_), input_bytes_);
    must(false);
  }

 private:
  static void taken(const volatile void*, std::size_t bytes) {
    held_ += static_cast<std::int64_t>(bytes);
    peak_ = std::max(peak_, held_);
  }
  static void given_back(const volatile void* place) {
    if (place) held_ -= static_cast<std::int64_t>(__sanitizer_get_allocated_size(const_cast<const void*>(place)));
  }

  // Below nothing where what was taken before it is given back.
  static inline std::int64_t held_ = 0;
  static inline std::int64_t peak_ = 0;
  std::size_t input_bytes_;
};

}  // namespace sallyport::fuzz
