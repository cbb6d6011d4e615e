#pragma once
/// The noun `models`.

#include "config/deployment_keys.hpp"
#include "config/key_table.hpp"
#include "config/settings.hpp"

namespace sallyport::config {

struct model_draft {
  std::vector<located<std::string>> try_in_order;
  config::timeouts timeouts;
  bool duplicate_ok = false;
  bool resume = false;
};

section<model_draft> model_keys();

using written_try = std::vector<located<std::string>>;
/// A `try`: names of deployments, or PROVIDER/MODEL, in order.
void read_try(const cursor& at, written_try& into);
/// What they name; problems where one is unknown, or stands twice.
std::vector<std::shared_ptr<const deployment>> resolved_try(const cursor& at, const written_try& names, deployment_names& deployments);

/// The model that a draft makes; what it lists and cannot be resolved is left out, with a problem.
std::shared_ptr<const model> made_model(const named<model_draft>& from, deployment_names& deployments);

}  // namespace sallyport::config
