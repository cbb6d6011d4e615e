#pragma once
/// The names that a condition may use at some place of the configuration, with their types. Each place has a table of its own; the
/// language is the same everywhere.

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

/// What a name stands for. A condition is evaluated on condition_facts, which has a member for each.
enum class fact : std::uint8_t {
  model,
  team,
  key,
  data_class,
  prompt_tokens,
  max_tokens,
  stream,
  has_tools,
  has_images,
  tags,  ///< written tags.NAME
  hour,
  weekday,
  budget_left,
  // Of a deployment, in the requirement of a policy.
  runs_as,         ///< written class
  location,
  retention,
  trains_on_data,
  certifications,  ///< written certifications.NAME
  provider,
  deployment,
};

enum class value_type : std::uint8_t {
  text,        ///< equal or not, in a list, like a pattern
  number,      ///< whole, ordered
  days,        ///< whole, ordered, written 30d
  usd,         ///< dollars to nine digits after the point, ordered; held in nano-dollars
  yes_no,      ///< a condition by itself
  data_class,  ///< ordered; equality is asked for the top class only, else a raised call would escape it
};

struct condition_name {
  std::string name;
  fact which;
  value_type type;
  bool is_family = false;       ///< written NAME.MEMBER, as in tags.project
  bool may_be_missing = false;  ///< then a comparison with it is false, and has() asks
  std::int64_t least = 0;       ///< of a number or class: what it can be
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> words = {};  ///< of a text: all that it can be; empty when that is not known at load
};

using condition_names = std::vector<condition_name>;

/// Names in the rules of a team. `models`: what it may ask for; empty when any PROVIDER/MODEL is a model.
condition_names names_in_rules(const std::string& team, std::vector<std::string> models);

/// Names in the `when` of a policy. `teams`: all there are; empty while the gateway is open.
condition_names names_in_policies(std::vector<std::string> teams, std::vector<std::string> models);

/// What a requirement can name, as far as the configuration says it. Empty lists: not known at load.
struct known_targets {
  std::vector<std::string> locations;
  std::vector<std::string> certifications;
  std::vector<std::string> providers;
  std::vector<std::string> deployments;
};

/// Names in the `require` of a policy.
condition_names names_in_requirements(known_targets known);

/// "mon" to "sun".
const std::vector<std::string>& weekday_words();

/// As a tag may be called: a to z, digits, '_', '.' and '-', at most 32.
bool is_tag_name(std::string_view name);

}  // namespace sallyport::config
