#include "config/presets.hpp"

#include "config/embedded.hpp"
#include "config/key_table.hpp"
#include "config/own_data.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

struct preset_draft {
  std::optional<base_url> base;
  std::string example;
  std::string auth;
  std::string variable;
  std::string runs_as;
  std::string health_path;
  engine_metrics load_metrics;
  std::vector<dialect_id> speaks;
  continuation goes_on = continuation::replay;
  sallyport::quirks quirks;
  bool is_local = false;
};

struct preset_file {
  std::vector<named<preset_draft>> presets;
  std::vector<named<later_kind>> later;
};

section<sallyport::quirks> quirk_keys() {
  return {value_key("takes_stream_options", &quirks::takes_stream_options, yes_or_no(), "true", ""),
          value_key("may_end_without_done", &quirks::may_end_without_done, yes_or_no(), "false", ""),
          value_key("takes_max_completion_tokens", &quirks::takes_max_completion_tokens, yes_or_no(), "false", ""),
          value_key("takes_developer_role", &quirks::takes_developer_role, yes_or_no(), "false", ""),
          value_key("tool_id_length", &quirks::tool_id_length, whole_number(1, 64), "", ""),
          value_key("wants_answer_after_tool", &quirks::wants_answer_after_tool, yes_or_no(), "false", ""),
          value_key("reasoning_member", &quirks::reasoning_member, line_of_text(64), "", "")};
}

section<engine_metrics> load_keys() {
  using e = engine_metrics;
  return {required(value_key("path", &e::path, line_of_text(), "", ""), "is missing"),
          required(value_key("waiting", &e::waiting, line_of_text(), "", ""), "is missing"),
          value_key("kv_use", &e::kv_use, line_of_text(), "", "")};
}

section<preset_draft> preset_keys() {
  const std::vector<std::string> classes(deployment_class_names.begin(), deployment_class_names.end());
  return {value_key("base_url", &preset_draft::base, web_address(), "", ""),
          value_key("example", &preset_draft::example, line_of_text(), "", ""),
          value_key("auth", &preset_draft::auth, line_of_text(), "bearer", ""),
          required(value_key("variable", &preset_draft::variable, line_of_text(), "", ""), "is missing"),
          required(value_key("class", &preset_draft::runs_as, one_of(classes, "class"), "", ""), "is missing"),
          value_key("health", &preset_draft::health_path, line_of_text(), "", ""),
          value_key("continuation", &preset_draft::goes_on, way_to_go_on(), "replay", ""),
          values_key("dialects", &preset_draft::speaks, wire_language(), ""),
          section_key("load", &preset_draft::load_metrics, load_keys(), ""),
          value_key("local", &preset_draft::is_local, yes_or_no(), "false", ""),
          section_key("quirks", &preset_draft::quirks, quirk_keys(), "")};
}

section<later_kind> later_keys() {
  return {value_key("variable", &later_kind::variable, line_of_text(), "", ""),
          value_key("openai_door", &later_kind::openai_door, line_of_text(), "", "")};
}

preset made(const named<preset_draft>& from) {
  const auto& draft = from.value;
  preset one;
  one.name = from.name;
  one.base = draft.base;
  one.example = draft.example;
  one.auth = draft.auth == "none" ? auth_scheme::none : draft.auth == "bearer" ? auth_scheme::bearer : auth_scheme::header;
  if (one.auth == auth_scheme::header) one.auth_header = draft.auth;
  one.variable = draft.variable;
  one.runs_as = deployment_class_named(draft.runs_as).value_or(deployment_class::managed);
  one.health_path = draft.health_path;
  if (!draft.load_metrics.path.empty()) one.load_metrics = draft.load_metrics;
  if (!draft.speaks.empty()) one.speaks = draft.speaks;
  one.goes_on = draft.goes_on;
  one.quirks = draft.quirks;
  one.is_local = draft.is_local;
  return one;
}

struct all_kinds {
  std::vector<preset> presets;
  std::vector<later_kind> later;
};

all_kinds read_presets() {
  const section<preset_file> keys{names_key("presets", &preset_file::presets, preset_keys(), plain_name, "is empty", ""),
                                  names_key("later", &preset_file::later, later_keys(), plain_name, "is empty", "")};
  preset_file file;
  read_own_data(presets_yaml(), "presets.yaml", [&](const cursor& root) { read_section(root, keys, file); });

  all_kinds all;
  for (const auto& one : file.presets) all.presets.push_back(made(one));
  for (auto& one : file.later) {
    all.later.push_back(one.value);
    all.later.back().name = one.name;
  }
  return all;
}

const all_kinds& kinds() {
  static const all_kinds once = read_presets();
  return once;
}

template <class Kinds>
auto* find_by_name(const Kinds& among, std::string_view name) {
  const auto found = std::find_if(among.begin(), among.end(), [&](const auto& one) { return one.name == name; });
  return found == among.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<preset>& presets() { return kinds().presets; }
const std::vector<later_kind>& later_kinds() { return kinds().later; }
const preset* preset_named(std::string_view name) { return find_by_name(presets(), name); }
const later_kind* later_kind_named(std::string_view name) { return find_by_name(later_kinds(), name); }

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const auto& one : presets()) names.push_back(one.name);
  return names;
}

provider provider_of(const preset& kind, std::string name) {
  provider made;
  made.name = std::move(name);
  made.kind = kind.name;
  if (kind.base) made.base = *kind.base;
  made.auth = kind.auth;
  made.auth_header = kind.auth_header;
  made.speaks = kind.speaks;
  made.runs_as = kind.runs_as;
  made.load_metrics = kind.load_metrics;
  made.goes_on = kind.goes_on;
  if (kind.runs_as == deployment_class::in_house && !kind.health_path.empty()) made.probe = health_probe{.path = kind.health_path};
  made.quirks = kind.quirks;
  return made;
}

}  // namespace sallyport::config
