#include "proxy/words/request_id.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <random>

namespace sallyport {
namespace {

constexpr std::uint64_t start_of_2020 = 1'577'836'800'000;
constexpr std::uint64_t id_max = 0x7fff'ffff'ffff'ffff;
constexpr int random_bits_in_id = 22;
constexpr std::uint64_t random_mask = (1u << random_bits_in_id) - 1;

std::uint64_t random_bits() {
  thread_local std::mt19937_64 generator = [] {
    std::random_device entropy;
    std::seed_seq seed{entropy(), entropy(), entropy(), entropy(), entropy(), entropy(), entropy(), entropy()};
    return std::mt19937_64(seed);
  }();
  return generator();
}

std::uint64_t milliseconds_of(wall_time now) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
}

}  // namespace

std::string make_request_id(wall_time now) {
  const std::uint64_t high = (milliseconds_of(now) << 16) | 0x7000u | (random_bits() & 0x0fffu);
  const std::uint64_t low = (random_bits() & 0x3fff'ffff'ffff'ffffu) | 0x8000'0000'0000'0000u;
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "req_%016llx%016llx", static_cast<unsigned long long>(high), static_cast<unsigned long long>(low));
  return std::string(text.data(), 36);
}

std::uint64_t make_attempt_id(wall_time now) {
  return ((milliseconds_of(now) - start_of_2020) << random_bits_in_id | (random_bits() & random_mask)) & id_max;
}

std::uint64_t least_attempt_id(wall_time then) {
  if (then < wall_time() || milliseconds_of(then) < start_of_2020) return 0;
  const auto since_2020 = milliseconds_of(then) - start_of_2020;
  return since_2020 > id_max >> random_bits_in_id ? id_max : since_2020 << random_bits_in_id;
}

}  // namespace sallyport
