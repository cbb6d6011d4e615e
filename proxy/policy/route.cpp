#include "proxy/policy/route.hpp"

#include <string>

namespace sallyport::policy {

plan make_plan(const config::model& asked, eligible_set eligible) {
  std::vector<candidate> candidates;
  candidates.reserve(eligible.members.size());
  const std::string of_model = " in try of model " + asked.name;
  for (auto& target : eligible.members) {
    std::string reason = "place " + std::to_string(candidates.size() + 1) + of_model;
    candidates.push_back({std::move(target), std::move(reason)});
  }
  return plan(std::move(candidates), std::move(eligible.excluded));
}

}  // namespace sallyport::policy
