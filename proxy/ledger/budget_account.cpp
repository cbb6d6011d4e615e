#include "proxy/ledger/budget_account.hpp"

#include <algorithm>

namespace sallyport::ledger {

bool budget_window::reserve(nano_usd amount, nano_usd limit) {
  if (amount <= 0) return true;
  auto seen = committed_.load(std::memory_order_relaxed);
  while (seen <= limit - amount)
    if (committed_.compare_exchange_weak(seen, seen + amount, std::memory_order_relaxed)) return true;
  return false;
}

nano_usd budget_window::settle(nano_usd reserved, nano_usd cost) {
  // In this order, so that whoever reads between the two sees too much reserved, never less than nothing.
  committed_.fetch_add(cost - reserved, std::memory_order_release);
  return spent_.fetch_add(cost, std::memory_order_release);
}

money_books budget_window::books() const {
  const auto spent = spent_.load(std::memory_order_acquire);
  const auto committed = committed_.load(std::memory_order_acquire);
  return {spent, std::max<nano_usd>(committed - spent, 0)};
}

budget_window& budget_account::window(std::int64_t begins) {
  auto* const now = current_.load(std::memory_order_acquire);
  if (now && now->begins() == begins) return *now;
  auto& found = find_or_make(begins, 0);
  current_.store(&found, std::memory_order_release);
  return found;
}

void budget_account::know(std::int64_t begins, nano_usd spent) { find_or_make(begins, spent); }

budget_window& budget_account::find_or_make(std::int64_t begins, nano_usd spent) {
  const std::lock_guard held(changing_);
  const auto known = std::find_if(windows_.begin(), windows_.end(), [&](const auto& one) { return one.begins() == begins; });
  return known != windows_.end() ? *known : windows_.emplace_back(begins, spent);
}

}  // namespace sallyport::ledger
