#include "config/condition_names.hpp"

#include "adapters/words/data_class.hpp"
#include "adapters/words/deployment_class.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

constexpr std::size_t tag_name_bytes_max = 32;
constexpr auto no_least = std::numeric_limits<std::int64_t>::min();
constexpr auto no_most = std::numeric_limits<std::int64_t>::max();

bool is_tag_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'; }

condition_names names_of_calls(std::vector<std::string> teams, std::vector<std::string> models) {
  using t = value_type;
  constexpr auto top_class = static_cast<std::int64_t>(data_class_names.size()) - 1;
  return {
      {.name = "model", .which = fact::model, .type = t::text, .words = std::move(models)},
      {.name = "team", .which = fact::team, .type = t::text, .words = std::move(teams)},
      {.name = "key", .which = fact::key, .type = t::text},
      {.name = "data_class", .which = fact::data_class, .type = t::data_class, .most = top_class},
      {.name = "prompt_tokens", .which = fact::prompt_tokens, .type = t::number},
      {.name = "max_tokens", .which = fact::max_tokens, .type = t::number, .may_be_missing = true},
      {.name = "stream", .which = fact::stream, .type = t::yes_no},
      {.name = "has_tools", .which = fact::has_tools, .type = t::yes_no},
      {.name = "has_images", .which = fact::has_images, .type = t::yes_no},
      {.name = "tags", .which = fact::tags, .type = t::text, .is_family = true, .may_be_missing = true},
      {.name = "hour", .which = fact::hour, .type = t::number, .most = 23},
      {.name = "weekday", .which = fact::weekday, .type = t::text, .words = weekday_words()},
      // Below zero once more was spent than allowed.
      {.name = "budget_left", .which = fact::budget_left, .type = t::usd, .may_be_missing = true, .least = no_least, .most = no_most},
  };
}

}  // namespace

condition_names names_in_rules(const std::string& team, std::vector<std::string> models) { return names_of_calls({team}, std::move(models)); }

condition_names names_in_policies(std::vector<std::string> teams, std::vector<std::string> models) {
  return names_of_calls(std::move(teams), std::move(models));
}

condition_names names_in_requirements(known_targets known) {
  using t = value_type;
  return {
      {.name = "class", .which = fact::runs_as, .type = t::text, .words = {deployment_class_names.begin(), deployment_class_names.end()}},
      {.name = "location", .which = fact::location, .type = t::text, .may_be_missing = true, .words = std::move(known.locations)},
      {.name = "retention", .which = fact::retention, .type = t::days, .may_be_missing = true},
      {.name = "trains_on_data", .which = fact::trains_on_data, .type = t::yes_no, .may_be_missing = true},
      {.name = "certifications", .which = fact::certifications, .type = t::yes_no, .is_family = true, .words = std::move(known.certifications)},
      {.name = "provider", .which = fact::provider, .type = t::text, .words = std::move(known.providers)},
      {.name = "deployment", .which = fact::deployment, .type = t::text, .words = std::move(known.deployments)},
  };
}

const std::vector<std::string>& weekday_words() {
  static const std::vector<std::string> words{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  return words;
}

bool is_tag_name(std::string_view name) {
  return !name.empty() && name.size() <= tag_name_bytes_max && std::all_of(name.begin(), name.end(), is_tag_char);
}

}  // namespace sallyport::config
