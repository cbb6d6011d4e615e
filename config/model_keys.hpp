#pragma once
/// The noun `models`.

#include "config/deployment_keys.hpp"
#include "config/key_table.hpp"
#include "config/settings.hpp"
#include "config/try_list.hpp"

namespace sallyport::config {

struct hedge_draft {
  std::optional<milliseconds> after;
  std::optional<nano_usd> max_cost;
};

struct model_draft {
  written_try try_in_order;
  std::string affinity;
  config::timeouts timeouts;
  written_fallbacks fallbacks;
  bool duplicate_ok = false;
  bool resume = false;
  hedge_draft hedge;
  std::optional<nano_usd> overflow_max_cost;
};

section<model_draft> model_keys();

/// The model that a draft makes; what it lists and cannot be resolved is left out, with a problem.
std::shared_ptr<const model> made_model(const named<model_draft>& from, deployment_names& deployments);

}  // namespace sallyport::config
