#include "proxy/ledger/gpu_meters.hpp"

namespace sallyport::ledger {

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

gpu_fleet gpu_meters::adopt(const config::settings& settings, instant now, wall_time today) {
  gpu_fleet wanted;
  for (const auto& [name, deployment] : settings.deployments) {
    if (!deployment->price || !deployment->price->by_hour) continue;
    const auto& price = *deployment->price->by_hour;
    auto& meter = wanted[name];
    if (const auto known = meters_.find(name); known != meters_.end()) {
      meter = known->second;
      meter->with([&](gpu_meter& kept) {
        if (!(kept.price() == price)) kept.reprice(price, now);
      });
    } else {
      meter = std::make_shared<shared_gpu_meter>(gpu_meter(price, now, today));
    }
  }
  for (auto& [name, meter] : meters_) {
    if (wanted.contains(name)) continue;
    retired_.push_back(meter->with([&](gpu_meter& gone) { return deployment_time{name, gone.take_idle(now), gone.totals()}; }));
  }
  meters_ = wanted;
  return wanted;
}

std::vector<gpu_meters::deployment_time> gpu_meters::take_idle(instant now) {
  auto all = std::exchange(retired_, {});
  for (auto& [name, meter] : meters_)
    all.push_back(meter->with([&](gpu_meter& held) {
      const auto idle = held.take_idle(now);
      return deployment_time{name, idle, held.totals()};
    }));
  return all;
}

}  // namespace sallyport::ledger
