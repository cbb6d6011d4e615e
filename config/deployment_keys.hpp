#pragma once
/// The noun `deployments`, and PROVIDER/MODEL, which is one by itself wherever it is named.

#include "config/key_table.hpp"
#include "config/price_keys.hpp"
#include "config/settings.hpp"

#include <map>
#include <string_view>

namespace sallyport::config {

struct deployment_draft {
  std::string provider;
  std::string model;
  std::optional<int> max_concurrency;
  std::optional<saturation_limits> saturation;
  std::optional<int> max_queue;
  std::optional<milliseconds> queue_timeout;
  std::optional<continuation> goes_on;
  std::vector<located<price_draft>> price;  ///< one, or several by date; none: the built-in list's
};

section<deployment_draft> deployment_keys();

using provider_map = std::map<std::string, std::shared_ptr<const provider>>;

/// The deployment that a draft makes; null, with a problem, when its provider is unknown. `file`: the operator's prices, or null.
std::shared_ptr<const deployment> made_deployment(const named<deployment_draft>& from, const provider_map& providers,
                                                  const price_table* file);

/// PROVIDER/MODEL taken apart at its first slash; nothing when one of the two is missing or not a fit name.
std::optional<std::pair<std::string_view, std::string_view>> split_at_provider(std::string_view provider_and_model);

/// The deployment of that model without a price of its own: the operator's file and the built-in list are asked.
std::shared_ptr<const deployment> listed_deployment(std::string name, std::shared_ptr<const provider> at, std::string_view model,
                                                    const price_table* file);

/// Every deployment by name while models are read: those with a name, and those that come up as PROVIDER/MODEL.
class deployment_names {
 public:
  deployment_names(const provider_map& providers, std::map<std::string, std::shared_ptr<const deployment>>& known,
                   std::vector<std::string> written, std::vector<std::string> models, const price_table* file)
      : providers_(providers), known_(known), written_(std::move(written)), models_(std::move(models)), file_(file) {}

  /// The deployment of that name, made when it is a PROVIDER/MODEL that came up for the first time. Null when it is unknown, with a
  /// problem at `at`, or when the deployment itself has one.
  std::shared_ptr<const deployment> resolve(const cursor& at, const std::string& name);

 private:
  std::string unknown(const cursor& at, const std::string& name) const;

  const provider_map& providers_;
  std::map<std::string, std::shared_ptr<const deployment>>& known_;
  std::vector<std::string> written_;  ///< names under `deployments`, also of those with a problem
  std::vector<std::string> models_;
  const price_table* file_;
};

}  // namespace sallyport::config
