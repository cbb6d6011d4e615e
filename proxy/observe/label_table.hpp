#pragma once
/// From label values to the metric that counts them: a table that only grows, up to a fixed size, and is read without a lock.

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>

namespace sallyport::observe {

/// The values of one metric's labels, in the family's order. Views: for a look-up only.
struct label_values {
  static constexpr std::size_t count_max = 6;

  label_values(std::initializer_list<std::string_view> values) {
    for (const auto value : values)
      if (count < count_max) at[count++] = value;
  }

  std::array<std::string_view, count_max> at{};
  std::size_t count = 0;
};

/// Any thread may call find(); one at a time may call insert(). Metrics are not owned and must outlive the table.
template <class Metric>
class label_table {
 public:
  static constexpr std::size_t slots = 4'096;
  static constexpr std::size_t size_max = slots * 3 / 4;   ///< beyond, searches would become long

  Metric* find(const label_values& values) const {
    for (std::size_t i = hash(values) % slots;; i = (i + 1) % slots) {
      const entry* const found = places_[i].load(std::memory_order_acquire);
      if (!found) return nullptr;
      if (found->bears(values)) return found->metric;
    }
  }

  /// Only for values that find() does not know. False: the table is full.
  bool insert(const label_values& values, Metric& metric) {
    if (entries_.size() >= size_max) return false;
    auto i = hash(values) % slots;
    while (places_[i].load(std::memory_order_relaxed)) i = (i + 1) % slots;
    entries_.push_back(entry(values, metric));
    places_[i].store(&entries_.back(), std::memory_order_release);
    return true;
  }

  std::size_t size() const { return entries_.size(); }   ///< for whoever inserts

 private:
  struct entry {
    entry(const label_values& values, Metric& of) : metric(&of) {
      for (std::size_t i = 0; i < values.count; ++i) held[i] = values.at[i];
    }
    bool bears(const label_values& values) const {
      for (std::size_t i = 0; i < values.count; ++i)
        if (held[i] != values.at[i]) return false;
      return true;
    }
    std::array<std::string, label_values::count_max> held;
    Metric* metric;
  };

  static std::uint64_t hash(const label_values& values) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < values.count; ++i) sum = (sum ^ mark_of(values.at[i])) * 0x9e37'79b9'7f4a'7c15u;
    return sum >> 32;   // the product's lower bits depend on the lower bits alone
  }

  /// Of a name of the configuration its length, beginning and end: nobody outside chooses them so that they collide.
  static std::uint64_t mark_of(std::string_view name) {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    const std::size_t bytes = std::min(name.size(), sizeof first);
    if (bytes > 0) std::memcpy(&first, name.data(), bytes);
    if (bytes > 0) std::memcpy(&last, name.data() + name.size() - bytes, bytes);
    return first * 0xff51'afd7'ed55'8ccdu + (last ^ name.size());
  }

  std::deque<entry> entries_;   // whose elements stay where they are
  std::array<std::atomic<const entry*>, slots> places_{};
};

}  // namespace sallyport::observe
