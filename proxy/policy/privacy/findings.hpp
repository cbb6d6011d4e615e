#pragma once
/// Which built-in detectors are still looked for. What was found is closed, so that nobody looks for it again.

#include "config/detector_names.hpp"

#include <cstdint>
#include <initializer_list>

namespace sallyport::policy::privacy {

using config::detector;

class detector_set {
 public:
  constexpr detector_set() = default;
  constexpr detector_set(std::initializer_list<detector> all) {
    for (const auto one : all) add(one);
  }

  constexpr void add(detector which) { bits_ |= bit(which); }
  constexpr void remove(detector which) { bits_ &= ~bit(which); }
  constexpr bool has(detector which) const { return (bits_ & bit(which)) != 0; }
  constexpr bool has_any(detector_set of) const { return (bits_ & of.bits_) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr detector_set without(detector_set other) const { return detector_set(bits_ & ~other.bits_); }
  constexpr bool operator==(const detector_set&) const = default;

 private:
  static_assert(config::detector_count <= 32);
  constexpr explicit detector_set(std::uint32_t bits) : bits_(bits) {}
  static constexpr std::uint32_t bit(detector which) { return std::uint32_t{1} << static_cast<unsigned>(which); }
  std::uint32_t bits_ = 0;
};

/// One thread.
class findings {
 public:
  explicit findings(detector_set wanted) : wanted_(wanted), open_(wanted) {}

  bool seeks(detector which) const { return open_.has(which); }
  bool seeks_any(detector_set of) const { return open_.has_any(of); }
  void found(detector which) { open_.remove(which); }
  detector_set all_found() const { return wanted_.without(open_); }
  bool is_complete() const { return open_.empty(); }

 private:
  detector_set wanted_;
  detector_set open_;
};

}  // namespace sallyport::policy::privacy
