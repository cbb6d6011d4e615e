#include "proxy/stages/key_guesses.hpp"

#include <functional>
#include <random>

namespace sallyport::stages {

key_guesses::key_guesses() : salt_(std::random_device{}()) {}

std::optional<duration> key_guesses::count(std::string_view address, const config::rate& limit, instant now) {
  const auto mixed = (std::hash<std::string_view>{}(address) ^ salt_) * 0x9e37'79b9'7f4a'7c15u;
  auto& rate = rates_[(mixed >> 40) % places];
  const auto taken = rate.take(1, limit, now);
  return taken ? std::nullopt : std::optional(taken.error().wait);
}

}  // namespace sallyport::stages
