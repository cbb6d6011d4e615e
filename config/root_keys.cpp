#include "config/root_keys.hpp"

namespace sallyport::config {
namespace {

constexpr int version_read = 1;

/// Read before everything else, when files are put together.
field<root_draft> include_key() {
  field<root_draft> made;
  made.row = {"include", key_row::form::list, "list of path patterns", text_schema(), "",
              "Further files, as in teams/*.yaml, relative to the folder of this one. They may hold providers, deployments, models, teams "
              "and include.",
              "", true};
  made.read = [](const cursor&, root_draft&) {};
  return made;
}

section<prices_draft> prices_keys() {
  return {required(
      value_key("file", &prices_draft::file, path_of_file(), "",
                "A price list that goes before the built-in one, as `sallyport prices import` writes it. Read anew at each reload."),
      "is missing; write file: PATH, or remove prices")};
}

section<root_draft> made_root_keys() {
  using r = root_draft;
  return {
      required(value_key("version", &r::version, version_number(), "", "The version of this format: 1."),
               "is missing; add the line version: 1"),
      value_key("allow_inline_secrets", &r::allow_inline_secrets, yes_or_no(), "false",
          "Accept credentials that are written into the file instead of being referred to."),
      include_key(),
      section_key("listen", &r::listen, listen_keys(), "The API's side."),
      section_key("admin", &r::admin, admin_keys(), "The operator's side: metrics, health, admin API."),
      section_key("state", &r::state, state_keys(), "What outlives the process."),
      section_key("prices", &r::prices, prices_keys(), "Where prices come from beside the built-in list."),
      value_key("attempts", &r::attempts, whole_number(1, 10), "3", "How many sends one request may cause, over all deployments."),
      value_key("reserve_output_tokens", &r::reserve_output_tokens, count(1, 10'000'000), "1000",
                "Tokens of an answer that limits and budgets reckon with for a call that names no max_tokens, until 50 answers of its team "
                "and model have taught better."),
      required(names_key("providers", &r::providers, provider_keys(), plain_name,
                      "is empty; define at least one, as in openai: {kind: openai, key: \"${env:OPENAI_API_KEY}\"}",
                      "Companies and engines that serve models."),
               "is missing; define at least one, as in openai: {kind: openai, key: \"${env:OPENAI_API_KEY}\"}"),
      names_key("deployments", &r::deployments, deployment_keys(), plain_name, "is empty; name one or remove the key",
             "A model at a provider under a name of your own, with a price. PROVIDER/MODEL is a deployment by itself wherever one is "
             "named."),
      names_key("models", &r::models, model_keys(), model_name, "is empty; name one, or remove the key to offer every PROVIDER/MODEL",
             "What clients ask for. With none, every PROVIDER/MODEL may be asked for by that name."),
      names_key("teams", &r::teams, team_keys(), plain_name,
          "is empty; name one, or remove the key for a gateway that is open to everybody",
             "Who may call. With none the gateway is open; with any, every call needs a key."),
      section_key("privacy", &r::privacy, privacy_keys(), "How the data class of a call is found out, beside floors and labels."),
      sections_key("policies", &r::policies, policy_keys(),
                   "Which deployments a call may reach; they can only narrow. Built in, behind them: restricted calls go in_house only, "
                   "unless a policy named restricted says otherwise. Language: docs/conditions.md."),
  };
}

}  // namespace

value_kind<int> version_number() {
  const auto read = [](const scalar& from) -> parsed<int> {
    const auto number = whole_number_in(from, 0, 1'000'000);
    if (!number) return number.error();
    if (*number != version_read)
      return complaint{"version " + std::to_string(*number) + " is not read by this program; it reads version 1"};
    return version_read;
  };
  return {"number", R"({"enum":[1]})", read};
}

const section<root_draft>& root_keys() {
  static const section<root_draft> once = made_root_keys();
  return once;
}

}  // namespace sallyport::config
