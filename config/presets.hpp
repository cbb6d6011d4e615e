#pragma once
/// What a provider's `kind` brings: presets.yaml, read once.

#include "config/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

struct preset {
  std::string name;
  std::optional<base_url> base;  ///< nothing: the operator must give one
  std::string example;           ///< what to write then
  auth_scheme auth = auth_scheme::bearer;
  std::string auth_header;       ///< for auth_scheme::header
  std::string variable;          ///< that usually holds the key
  deployment_class runs_as = deployment_class::managed;
  std::vector<dialect_id> speaks{dialect_id::openai_chat};
  std::string health_path;
  std::optional<engine_metrics> load_metrics;
  continuation goes_on = continuation::replay;
  sallyport::quirks quirks;
  bool is_local = false;         ///< has a well-known port on this machine
};

/// A kind of the documented configuration whose dialect does not exist yet.
struct later_kind {
  std::string name;
  std::string variable;
  std::string openai_door;  ///< its address that speaks openai_chat; empty: none
};

/// In the order of the file.
const std::vector<preset>& presets();
const std::vector<later_kind>& later_kinds();

/// Null when there is none.
const preset* preset_named(std::string_view name);
const later_kind* later_kind_named(std::string_view name);
std::vector<std::string> preset_names();

/// A provider as its preset has it: no key, and an empty base where the preset has none.
provider provider_of(const preset& kind, std::string name);

}  // namespace sallyport::config
