#pragma once
/// The meters of all deployments that are paid by the hour. They are shared by the workers and outlive a reload, by the deployment's name.

#include "proxy/ledger/gpu_meter.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::ledger {

/// One deployment's meter for any thread. Its mutex is held for the arithmetic of one call, and only attempts on a deployment that is paid
/// by the hour take it: nothing that all requests share.
class shared_gpu_meter {
 public:
  explicit shared_gpu_meter(gpu_meter meter) : meter_(std::move(meter)) {}

  template <class Act>
  auto with(Act act) {
    const std::lock_guard held(mutex_);
    return act(meter_);
  }

 private:
  std::mutex mutex_;
  gpu_meter meter_;
};

/// The meters of one generation, by deployment. Immutable.
using gpu_fleet = std::map<std::string, std::shared_ptr<shared_gpu_meter>, std::less<>>;

/// An attempt's time on machines that are paid by the hour: from its making to end(), or to its destruction, then without a share. Nothing
/// when the deployment is not paid so.
class gpu_hold {
 public:
  gpu_hold() = default;
  gpu_hold(const gpu_fleet& fleet, std::string_view deployment, instant now);
  gpu_hold(gpu_hold&& other) noexcept : meter_(std::exchange(other.meter_, nullptr)), place_(other.place_), since_(other.since_) {}
  gpu_hold& operator=(gpu_hold&&) = delete;
  ~gpu_hold();

  /// The share of the time until now; nothing when there is no meter, or when it ended before.
  std::optional<nano_usd> end(instant now);

 private:
  std::shared_ptr<shared_gpu_meter> meter_;
  gpu_meter::place place_;
  instant since_{};
};

/// The registry. One thread: the one that makes generations.
class gpu_meters {
 public:
  /// Meters as these settings want them: kept, priced anew, made, or retired. A retired one has no idle time any more, and goes with the
  /// last attempt on it. `counted_today`: of deployments whose day had begun before this process, how much of it was counted (busy and
  /// idle).
  gpu_fleet adopt(const config::settings& settings, instant now, wall_time today,
                  const std::map<std::string, duration, std::less<>>& counted_today = {});

  /// Whether adopt() would make a meter, for which `counted_today` is asked.
  bool has_to_make_any(const config::settings& settings) const;

  struct deployment_time {
    std::string deployment;
    gpu_totals fresh;   ///< since it was last taken
  };
  /// Each deployment once, those in which nothing moved too.
  std::vector<deployment_time> take(instant now);

 private:
  struct entry {
    std::shared_ptr<shared_gpu_meter> meter;
    gpu_totals taken;
    bool is_retired = false;
  };

  std::map<std::string, entry, std::less<>> entries_;
};

}  // namespace sallyport::ledger
