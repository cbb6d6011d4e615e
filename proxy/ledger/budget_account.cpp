#include "proxy/ledger/budget_account.hpp"

#include <algorithm>
#include <cassert>

namespace sallyport::ledger {
namespace {

/// A call may go on behind the end of its window, but not for that long (timeouts.total: 24 hours at most).
constexpr std::int64_t carried_on = 2 * 86'400;

money_span shared_of(const money_span& one, const money_span& other) {
  return {std::max(one.begins, other.begins), std::min(one.ends, other.ends)};
}

bool is_empty(const money_span& span) { return span.begins >= span.ends; }

std::size_t quarters_in(const money_span& span) {
  return static_cast<std::size_t>(std::max<std::int64_t>((span.ends - span.begins) / quarter_hour.count(), 1));
}

}  // namespace

budget_window::budget_window(money_span of, nano_usd spent)
    : span_(of), committed_(spent), spent_(spent), settled_(quarters_in(of)) {}

// Within the window in any case: zones come from the machine's database.
std::size_t budget_window::place_of(std::int64_t quarter) const {
  const auto last = static_cast<std::int64_t>(settled_.size()) - 1;
  return static_cast<std::size_t>(std::clamp<std::int64_t>((quarter - span_.begins) / quarter_hour.count(), 0, last));
}

bool budget_window::reserve(nano_usd amount, nano_usd limit) {
  if (amount <= 0) return true;
  auto seen = committed_.load(std::memory_order_relaxed);
  while (seen <= limit - amount)
    if (committed_.compare_exchange_weak(seen, seen + amount, std::memory_order_relaxed)) return true;
  return false;
}

nano_usd budget_window::settle(nano_usd reserved, nano_usd cost, std::int64_t quarter) {
  settled_[place_of(quarter)].fetch_add(cost, std::memory_order_relaxed);
  // In this order, so that whoever reads between the two sees too much reserved, never less than nothing.
  committed_.fetch_add(cost - reserved, std::memory_order_release);
  return spent_.fetch_add(cost, std::memory_order_release);
}

void budget_window::add(nano_usd spent) {
  committed_.fetch_add(spent, std::memory_order_release);
  spent_.fetch_add(spent, std::memory_order_release);
}

money_books budget_window::books() const {
  const auto spent = spent_.load(std::memory_order_acquire);
  const auto committed = committed_.load(std::memory_order_acquire);
  return {spent, std::max<nano_usd>(committed - spent, 0)};
}

nano_usd budget_window::settled_within(money_span part) const {
  part = shared_of(part, span_);
  nano_usd sum = 0;
  for (auto quarter = part.begins; quarter < part.ends; quarter += quarter_hour.count())
    sum += settled_[place_of(quarter)].load(std::memory_order_relaxed);
  return sum;
}

void budget_account::begin_with(std::vector<spent_quarter> earlier) {
  const std::lock_guard held(changing_);
  assert(!has_begun_ && windows_.empty());
  has_begun_ = true;
  earlier_ = std::move(earlier);
}

void budget_account::learn(std::int64_t quarter, nano_usd amount) {
  const std::lock_guard held(changing_);
  if (!has_begun_) return;
  const auto is_before = [](const spent_quarter& one, std::int64_t begins) { return one.begins < begins; };
  const auto at = std::lower_bound(earlier_.begin(), earlier_.end(), quarter, is_before);
  if (at != earlier_.end() && at->begins == quarter) at->spent += amount;
  else earlier_.insert(at, {quarter, amount});
  for (auto& one : windows_)
    if (one.span().begins <= quarter && quarter < one.span().ends) one.add(amount);
}

bool budget_account::has_begun() const {
  const std::lock_guard held(changing_);
  return has_begun_;
}

budget_window& budget_account::window(money_span span) {
  auto* const now = current_.load(std::memory_order_acquire);
  if (now && now->span() == span) return *now;
  auto& found = find_or_make(span);
  current_.store(&found, std::memory_order_release);
  return found;
}

budget_window& budget_account::find_or_make(money_span span) {
  const std::lock_guard held(changing_);
  // The last ones first: they are asked for most.
  const auto known = std::find_if(windows_.rbegin(), windows_.rend(), [&](const auto& one) { return one.span() == span; });
  return known != windows_.rend() ? *known : make(span);
}

budget_window& budget_account::make(money_span span) {
  auto spent = spent_earlier(span);
  const auto first = overlaps_.size();
  for (auto& one : windows_) {
    const auto shared = shared_of(one.span(), span);
    if (is_empty(shared)) continue;
    const auto carried = one.settled_within(shared);
    spent += carried;
    overlaps_.push_back({&one, nullptr, shared, carried});
  }
  auto& made = windows_.emplace_back(span, spent);
  const auto last = overlaps_.size();
  for (auto i = first; i < last; ++i) {
    overlaps_[i].into = &made;
    // The other way round too: calls of an older generation still ask the old one, and a further reload may come back to it.
    overlaps_.push_back({&made, overlaps_[i].from, overlaps_[i].shared, 0});
  }
  return made;
}

nano_usd budget_account::spent_earlier(money_span span) const {
  const auto is_before = [](const spent_quarter& one, std::int64_t begins) { return one.begins < begins; };
  nano_usd sum = 0;
  auto at = std::lower_bound(earlier_.begin(), earlier_.end(), span.begins, is_before);
  for (; at != earlier_.end() && at->begins < span.ends; ++at) sum += at->spent;
  return sum;
}

void budget_account::carry(std::int64_t now) {
  const std::lock_guard held(changing_);
  for (auto& one : overlaps_) {
    if (one.shared.ends < now - carried_on) continue;
    const auto settled = one.from->settled_within(one.shared);
    if (settled == one.carried) continue;
    one.into->add(settled - one.carried);
    one.carried = settled;
  }
}

}  // namespace sallyport::ledger
