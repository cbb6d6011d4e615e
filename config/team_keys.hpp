#pragma once
/// The noun `teams` and their keys.

#include "config/key_table.hpp"
#include "config/limit_keys.hpp"
#include "config/rule_keys.hpp"
#include "config/settings.hpp"

#include <array>
#include <map>

namespace sallyport::config {

struct key_draft {
  std::string name;
  std::optional<std::array<std::uint8_t, 32>> sha256;
  written_secret value;
  std::optional<std::chrono::sys_days> expires;
  std::vector<located<std::string>> models;
  std::vector<network> networks;
  std::optional<data_class> floor;
};

struct team_draft {
  std::vector<located<key_draft>> keys;
  std::vector<located<std::string>> models;
  std::optional<time_zone> zone;
  std::vector<located<rule_draft>> rules;
  team_limits limits;
  std::optional<budget_draft> budget;
  std::optional<data_class> floor;
};

section<team_draft> team_keys();

/// Makes teams one after the other, and knows all keys so far: no two may be equal, else a request would belong to two teams.
class team_maker {
 public:
  /// `models`: the public names; with `any_provider_model` those are PROVIDER/MODEL of `providers` instead.
  team_maker(std::vector<std::string> models, bool any_provider_model, std::vector<std::string> providers, bool allow_inline_secrets,
             deployment_names& deployments)
      : models_(std::move(models)), providers_(std::move(providers)), any_provider_model_(any_provider_model),
        allow_inline_secrets_(allow_inline_secrets), deployments_(deployments) {}

  std::shared_ptr<const team> made(const named<team_draft>& from);

 private:
  void add_key(const located<key_draft>& from, team& into);
  void check_model(const located<std::string>& name) const;

  std::vector<std::string> models_;
  std::vector<std::string> providers_;
  bool any_provider_model_;
  bool allow_inline_secrets_;
  deployment_names& deployments_;
  std::map<std::array<std::uint8_t, 32>, place> keys_so_far_;
};

}  // namespace sallyport::config
