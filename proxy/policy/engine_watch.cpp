#include "proxy/policy/engine_watch.hpp"

#include <algorithm>

namespace sallyport::policy {

bool is_full(const engine_load& said, const config::saturation_limits& limits) {
  if (limits.waiting > 0 && said.waiting >= limits.waiting) return true;
  return limits.kv_use > 0 && said.kv_use && *said.kv_use * 100 >= limits.kv_use;
}

void engine_watch::add(std::shared_ptr<const config::deployment> one, std::shared_ptr<load> counts) {
  if (!one->saturation) return;
  every_ = std::min<duration>(every_, one->saturation->every);
  all_.push_back({std::move(one), std::move(counts)});
}

bool engine_watch::is_due(instant now) {
  if (all_.empty() || is_asking_ || now < next_) return false;
  next_ = now + every_;
  return is_asking_ = true;
}

void engine_watch::answered(const std::function<std::optional<engine_load>(const std::string& model)>& said_of, instant now) {
  is_asking_ = false;
  for (const auto& each : all_)
    if (const auto said = said_of(each.one->model)) each.counts->engine_says(is_full(*said, *each.one->saturation), now + 3 * every_);
}

}  // namespace sallyport::policy
