#include "proxy/words/request_id.hpp"

#include <atomic>
#include <chrono>
#include <random>

namespace sallyport {
namespace {

constexpr std::uint64_t start_of_2020 = 1'577'836'800'000;
constexpr std::uint64_t id_max = 0x7fff'ffff'ffff'ffff;
constexpr int bits_below_time = 22;
constexpr int count_bits = 14;
constexpr std::uint64_t count_max = (1u << count_bits) - 1;
constexpr std::uint64_t threads_max = 256;

std::uint64_t random_bits() {
  thread_local std::mt19937_64 generator = [] {
    std::random_device entropy;
    std::seed_seq seed{entropy(), entropy(), entropy(), entropy(), entropy(), entropy(), entropy(), entropy()};
    return std::mt19937_64(seed);
  }();
  return generator();
}

void add_hex(std::string& out, std::uint64_t number) {
  for (int bits = 60; bits >= 0; bits -= 4) out += "0123456789abcdef"[number >> bits & 0xf];
}

std::uint64_t milliseconds_of(wall_time now) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
}

/// Where a thread's ids stand.
struct id_series {
  std::uint64_t thread = next_thread();
  std::uint64_t at = 0;      ///< milliseconds since 2020 of the last one
  std::uint64_t count = 0;

  static std::uint64_t next_thread() {
    // Where a process begins is drawn, so that one that follows within a millisecond is not likely to repeat it.
    static std::atomic<std::uint64_t> next{random_bits()};
    return next.fetch_add(1, std::memory_order_relaxed) % threads_max;
  }

  std::uint64_t advance(std::uint64_t now) {
    if (now <= at && count < count_max) {
      ++count;
    } else {
      at = now > at ? now : at + 1;
      count = 0;
    }
    return at << bits_below_time | thread << count_bits | count;
  }
};

}  // namespace

std::string make_request_id(wall_time now) {
  const std::uint64_t high = (milliseconds_of(now) << 16) | 0x7000u | (random_bits() & 0x0fffu);
  const std::uint64_t low = (random_bits() & 0x3fff'ffff'ffff'ffffu) | 0x8000'0000'0000'0000u;
  std::string text;
  text.reserve(36);
  text += "req_";
  add_hex(text, high);
  add_hex(text, low);
  return text;
}

std::uint64_t make_attempt_id(wall_time now) {
  thread_local id_series series;
  const auto ms = milliseconds_of(now);
  return series.advance(ms > start_of_2020 ? ms - start_of_2020 : 0) & id_max;
}

std::uint64_t least_attempt_id(wall_time then) {
  if (then < wall_time() || milliseconds_of(then) < start_of_2020) return 0;
  const auto since_2020 = milliseconds_of(then) - start_of_2020;
  return since_2020 > id_max >> bits_below_time ? id_max : since_2020 << bits_below_time;
}

}  // namespace sallyport
