#include "proxy/ledger/gpu_meters.hpp"

#include <algorithm>
#include <iterator>

namespace sallyport::ledger {
namespace {

void set_price(gpu_meter& of, const config::hourly_price& price, instant now) {
  if (!(of.price() == price)) of.reprice(price, now);
}

bool is_paid_by_the_hour(const config::deployment& deployment) { return deployment.price && deployment.price->by_hour; }

config::hourly_price without_idle(config::hourly_price price) {
  price.hours_a_day = 0;
  return price;
}

}  // namespace

gpu_hold::gpu_hold(const gpu_fleet& fleet, std::string_view deployment, instant now) : since_(now) {
  const auto found = fleet.find(deployment);
  if (found == fleet.end()) return;
  meter_ = found->second;
  place_ = meter_->with([&](gpu_meter& meter) { return meter.enter(now); });
}

// Only when everything ends at once: the place is given back, and nobody is left to ask what it cost.
gpu_hold::~gpu_hold() { end(since_); }

std::optional<nano_usd> gpu_hold::end(instant now) {
  const auto meter = std::exchange(meter_, nullptr);
  if (!meter) return std::nullopt;
  return meter->with([&](gpu_meter& held) { return held.leave(place_, now); });
}

gpu_fleet gpu_meters::adopt(const config::settings& settings, instant now, wall_time today,
                            const std::map<std::string, duration, std::less<>>& counted_today) {
  gpu_fleet wanted;
  for (const auto& [name, deployment] : settings.deployments) {
    if (!is_paid_by_the_hour(*deployment)) continue;
    const auto& price = *deployment->price->by_hour;
    auto& known = entries_[name];
    if (!known.meter) {
      const auto counted = counted_today.find(name);
      known.meter =
          std::make_shared<shared_gpu_meter>(gpu_meter(price, now, today, counted == counted_today.end() ? duration{} : counted->second));
    }
    known.is_retired = false;
    known.meter->with([&](gpu_meter& kept) { set_price(kept, price, now); });
    wanted[name] = known.meter;
  }
  for (auto& [name, known] : entries_)
    if (!wanted.contains(name)) {
      known.is_retired = true;
      known.meter->with([&](gpu_meter& gone) { set_price(gone, without_idle(gone.price()), now); });
    }
  return wanted;
}

bool gpu_meters::has_to_make_any(const config::settings& settings) const {
  return std::any_of(settings.deployments.begin(), settings.deployments.end(),
                     [this](const auto& one) { return is_paid_by_the_hour(*one.second) && !entries_.contains(one.first); });
}

std::vector<gpu_meters::deployment_time> gpu_meters::take(instant now) {
  std::vector<deployment_time> all;
  for (auto next = entries_.begin(); next != entries_.end();) {
    auto& [name, known] = *next;
    bool is_over = false;
    const auto totals = known.meter->with([&](gpu_meter& held) {
      held.take_idle(now);
      is_over = known.is_retired && held.in_flight() == 0;
      return held.totals();
    });
    all.push_back({name, totals - known.taken});
    known.taken = totals;
    next = is_over ? entries_.erase(next) : std::next(next);
  }
  return all;
}

}  // namespace sallyport::ledger
