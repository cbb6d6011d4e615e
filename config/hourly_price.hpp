#pragma once
/// The price of machines by the hour: a deployment's own, of class in_house.

#include "config/price_keys.hpp"

namespace sallyport::config {

section<price_draft> hourly_keys();

/// Whether any key of a price by the hour was written.
bool is_by_hour(const price_draft& written);

/// (gpu_hour x gpus + power) x (1 + operations_share), rounded half up to the nano-dollar an hour. Nothing, with a problem, when a part is
/// missing or stands beside what it excludes.
std::optional<price_card> made_by_hour(const std::vector<located<price_draft>>& written, deployment_class runs_as);

}  // namespace sallyport::config
