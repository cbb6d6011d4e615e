#include "config/deployment_keys.hpp"
#include "config/settings.hpp"

namespace sallyport::config {

std::shared_ptr<const model> open_model(const settings& of, std::string_view provider_and_model) {
  const auto parts = split_at_provider(provider_and_model);
  if (!parts) return nullptr;
  const auto found = of.providers.find(std::string(parts->first));
  if (found == of.providers.end()) return nullptr;

  model made;
  made.name = provider_and_model;
  const auto known = of.deployments.find(made.name);
  made.try_in_order = {known != of.deployments.end() ? known->second
                                                     : listed_deployment(made.name, found->second, parts->second, of.prices.get())};
  return std::make_shared<const model>(std::move(made));
}

}  // namespace sallyport::config
