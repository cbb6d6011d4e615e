#include "proxy/policy/shedding.hpp"

#include <algorithm>

namespace sallyport::policy {
namespace {

// A fifth of each new one: some ticks in a row have to be late.
constexpr double weight = 0.2;
// Up fast and down slowly, so that it settles where the worker just keeps up.
constexpr double step_up = 0.1, step_down = 0.02;

}  // namespace

void shedding::tick(duration late, duration late_max) {
  const double seen = std::max(std::chrono::duration<double>(late).count(), 0.0);
  const double most = std::chrono::duration<double>(late_max).count();
  smoothed_ += (seen - smoothed_) * weight;
  if (smoothed_ > most)
    share_ = std::min(share_ + step_up, share_max);
  else if (smoothed_ < most / 2)
    share_ = std::max(share_ - step_down, 0.0);
}

}  // namespace sallyport::policy
