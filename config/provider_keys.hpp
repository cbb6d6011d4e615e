#pragma once
/// The noun `providers`: its keys, and what they mean together with the preset.

#include "config/key_table.hpp"
#include "config/settings.hpp"

namespace sallyport::config {

/// `health`, as it is written.
struct health_draft {
  bool off = false;
  std::string path;
  milliseconds every{0};
};

/// A provider as it is written.
struct provider_draft {
  std::string kind;  ///< of a preset; empty when it was not valid
  written_secret key;
  std::vector<located<written_secret>> keys;
  std::optional<base_url> base;
  std::string runs_as;
  std::optional<dialect_id> speaks;
  std::vector<located<dialect_id>> speaks_all;
  std::optional<transport_kind> transport;
  std::string location;
  std::optional<int> retention;
  std::optional<bool> trains_on_data;
  std::vector<located<std::string>> certifications;
  std::string ca_file;
  milliseconds drain_on_disconnect{0};
  std::vector<located<network>> networks;
  std::vector<named<std::string>> headers;
  std::optional<health_draft> health;
};

section<provider_draft> provider_keys();

/// The provider that a draft and its preset make. Always one, so that its name is known to the rest; problems are said at its place.
std::shared_ptr<const provider> made_provider(const named<provider_draft>& from, bool allow_inline_secrets);

}  // namespace sallyport::config
