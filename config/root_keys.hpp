#pragma once
/// The top level of the configuration: the one table that everything else hangs from.

#include "config/deployment_keys.hpp"
#include "config/key_table.hpp"
#include "config/listen_keys.hpp"
#include "config/model_keys.hpp"
#include "config/policy_keys.hpp"
#include "config/privacy_keys.hpp"
#include "config/provider_keys.hpp"
#include "config/team_keys.hpp"

#include <array>
#include <string_view>

namespace sallyport::config {

struct prices_draft {
  std::string file;
};

/// The whole file as written, each value of the right type; what the parts mean together is not yet checked.
struct root_draft {
  int version = 0;
  bool allow_inline_secrets = false;
  int attempts = 0;
  std::size_t reserve_output_tokens = 0;
  prices_draft prices;
  listen_settings listen;
  admin_draft admin;
  state_settings state;
  std::vector<named<provider_draft>> providers;
  std::vector<named<deployment_draft>> deployments;
  std::vector<named<model_draft>> models;
  std::vector<named<team_draft>> teams;
  privacy_draft privacy;
  std::vector<located<policy_draft>> policies;
};

/// Made once. Rows in the order of the reference page.
const section<root_draft>& root_keys();

/// The maps that an included file may add to.
inline constexpr std::array<std::string_view, 4> nouns{"providers", "deployments", "models", "teams"};

/// `version`, in the main file and in an included one.
value_kind<int> version_number();

}  // namespace sallyport::config
