#pragma once
/// Settings made by hand, for tests that need deployments and no YAML.

#include "config/settings.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sallyport::tests {

inline std::shared_ptr<const config::deployment> make_deployment(const std::string& name, deployment_class runs_as = deployment_class::managed) {
  auto provider = std::make_shared<config::provider>();
  provider->name = name;
  provider->kind = "openai_compatible";
  provider->base = {"http://127.0.0.1:1/v1", false, "127.0.0.1", 1, "/v1"};
  provider->runs_as = runs_as;
  auto deployment = std::make_shared<config::deployment>();
  deployment->name = name;
  deployment->at = provider;
  deployment->model = name + "-model";
  return deployment;
}

inline std::shared_ptr<config::model> make_model(const std::string& name, const std::vector<std::string>& deployments) {
  auto model = std::make_shared<config::model>();
  model->name = name;
  for (const auto& one : deployments) model->try_in_order.push_back(make_deployment(one));
  return model;
}

}  // namespace sallyport::tests
