// Arguments, signals, exit code.

#include "adapters/words/dialect_id.hpp"
#include "proxy/commands/check.hpp"
#include "proxy/commands/exit_code.hpp"
#include "proxy/commands/explain.hpp"
#include "proxy/commands/import_prices.hpp"
#include "proxy/commands/keys.hpp"
#include "proxy/commands/prices.hpp"
#include "proxy/commands/report.hpp"
#include "proxy/commands/run_demo.hpp"
#include "proxy/commands/run_drill.hpp"
#include "proxy/commands/serve.hpp"
#include "proxy/commands/stored_keys.hpp"
#include "proxy/version.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <iostream>
#include <vector>

namespace {

using namespace sallyport::commands;

constexpr const char* about =
    "Sallyport: one OpenAI-compatible address in front of every model that you use.\n"
    "Try it without keys, GPU or network: sallyport demo";

constexpr const char* config_help = "configuration file; without it ./sallyport.yaml, else what the environment offers";

void add_serve(CLI::App& app, int& code) {
  auto options = std::make_shared<serve_options>();
  auto* command = app.add_subcommand("serve", "run the gateway (SIGHUP reloads, SIGTERM drains and exits 0, another one with --take-over replaces it)");
  command->add_option("-c,--config", options->file, config_help);
  command->add_option("--log-level", options->log_level, "debug, info, warn or error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  command->add_option("--log-format", options->log_format, "json or text; default: text on a terminal, else json")
      ->check(CLI::IsMember({"json", "text"}));
  command->add_flag("--take-over", options->take_over,
                    "take the place of the gateway that runs with this state folder, without a refused connection: it drains and exits 0 once "
                    "this one serves, and goes on if this one cannot. Without one, start as usual");
  command->add_flag("--core-dumps", options->core_dumps, "allow core dumps, which hold prompts and keys; without it there are none");
  command->callback([options, &code] { code = serve(*options); });
}

void add_check(CLI::App& app, int& code) {
  auto file = std::make_shared<std::string>();
  auto* command = app.add_subcommand("check", "validate a configuration; exit 2 with every problem as FILE:LINE:COLUMN: path: sentence");
  command->add_option("-c,--config", *file, config_help);
  command->callback([file, &code] { code = check(*file); });
}

void add_explain(CLI::App& app, int& code) {
  auto options = std::make_shared<explain_options>();
  auto* command = app.add_subcommand("explain", "print the decision for a request without sending it");
  command->add_option("-c,--config", options->file, config_help);
  command->add_option("--team", options->team, "team that asks");
  command->add_option("--key", options->key, "name of the key that it asks with, one of the configuration");
  command->add_option("--model", options->model, "public model name");
  command->add_option("--data-class", options->data_class, "public, internal, confidential or restricted; an unknown label is restricted");
  command->add_option("--body", options->body, "file with the body of a request");
  command->add_option("--dialect", options->dialect, "what the body is written in: openai_chat (the default), openai_responses or anthropic_messages")
      ->check(CLI::IsMember(std::vector<std::string>(sallyport::dialect_names.begin(), sallyport::dialect_names.end())));
  command->add_option("--prompt-tokens", options->prompt_tokens, "tokens of the prompt, instead of an estimate of the body")->check(CLI::NonNegativeNumber);
  command->add_option("--max-tokens", options->max_tokens, "max_tokens of the request")->check(CLI::NonNegativeNumber);
  command->add_option("--tags", options->tags, "as the header x-sallyport-tags: name=value,...");
  command->add_option("--at", options->at, "when, for rules by hour and weekday, as in 2026-11-26T09:30:00Z; default: now");
  command->add_flag("--json", options->json, "for machines");
  command->callback([options, &code] { code = explain(*options); });
}

void add_demo(CLI::App& app, int& code) {
  auto options = std::make_shared<demo_options>();
  auto* command = app.add_subcommand("demo", "three built-in upstreams, a team and a key: needs no vendor key, GPU or network");
  command->add_option("--break", options->breaks, "kill that upstream in the middle of a run and show what became of the requests")
      ->check(CLI::IsMember({"managed", "hosted", "in_house"}));
  command->add_option("--requests", options->requests, "requests of a run with --break")->check(CLI::Range(1, 100'000));
  command->add_option("--port", options->api_port, "port of the API, 0 for any")->check(CLI::Range(0, 65'535));
  command->add_option("--admin-port", options->admin_port, "port of the admin side, 0 for any")->check(CLI::Range(0, 65'535));
  command->callback([options, &code] { code = run_demo(*options); });
}

void add_drill(CLI::App& app, int& code) {
  auto options = std::make_shared<drill_options>();
  auto* command = app.add_subcommand("drill", "break your own upstreams on purpose: built-in ones take their place, nothing goes out");
  command->add_option("-c,--config", options->file, config_help);
  command->add_option("--model", options->model, "only that public model; default: all");
  command->add_flag("--json", options->json, "for machines");
  command->callback([options, &code] { code = run_drill(*options); });
}

/// What a command that makes a key takes.
void add_key_options(CLI::App* command, stored_key_options& options) {
  command->add_option("-c,--config", options.file, config_help);
  command->add_option("--expires", options.order.expires, "day in UTC from which it is unknown, as in 2027-01-31 (with --store)");
  command->add_option("--models", options.order.models, "models of its team that it may ask for; default: all (with --store)")->delimiter(',');
  command->add_option("--networks", options.order.networks, "where its clients may be, as in 10.0.0.0/8; default: anywhere (with --store)")->delimiter(',');
}

CLI::App* add_named_key(CLI::App& keys, const char* word, const char* about_it, const std::shared_ptr<stored_key_options>& options) {
  auto* command = keys.add_subcommand(word, about_it);
  command->add_option("--team", options->order.team, "team that the key is for")->required();
  command->add_option("--name", options->order.name, "name of the key, as it stands in logs");
  return command;
}

void add_keys(CLI::App& app, int& code) {
  auto options = std::make_shared<stored_key_options>();
  auto keep = std::make_shared<bool>(false);
  auto& keys = *app.add_subcommand("keys", "keys of teams: new, list, revoke, rotate")->require_subcommand(1);
  auto* fresh = add_named_key(keys, "new", "mint a key, print it once, and the hash to paste into the configuration, or keep it in the store", options);
  fresh->add_flag("--store", *keep, "keep it in the store: a running gateway takes it within a second, without a reload");
  add_key_options(fresh, *options);
  fresh->callback([options, keep, &code] { code = *keep ? mint_stored_key(*options) : new_key(options->order.team, options->order.name); });
  auto* list = keys.add_subcommand("list", "the keys of the configuration and of the store, without their texts");
  list->add_option("--team", options->order.team, "of that team only");
  list->add_option("-c,--config", options->file, config_help);
  list->callback([options, &code] { code = list_stored_keys(*options); });
  auto* revoke = add_named_key(keys, "revoke", "end a key of the store now", options);
  revoke->add_option("-c,--config", options->file, config_help);
  revoke->callback([options, &code] { code = revoke_stored_key(*options); });
  auto* rotate = add_named_key(keys, "rotate", "mint the successor of a key of the store; the old one goes on for a while", options);
  rotate->add_option("--grace", options->grace, "how long the old one goes on, as in 24h; 0ms ends it now");
  add_key_options(rotate, *options);
  rotate->callback([options, &code] { code = rotate_stored_key(*options); });
}

void add_report(CLI::App& app, int& code) {
  auto options = std::make_shared<report_options>();
  auto* command = app.add_subcommand("report", "what the ledger says: costs or availability, while the gateway runs too");
  command->add_option("KIND", options->kind, "costs or availability")->required()->check(CLI::IsMember({"costs", "availability"}));
  command->add_option("-c,--config", options->file, config_help);
  command->add_option("--since", options->since, "how far back, as in 7d or 12h");
  command->add_option("--by", options->by, "team, key, model, deployment, provider, class, day, tag:NAME; several with commas");
  auto* json = command->add_flag("--json", options->json, "every figure, for machines");
  command->add_flag("--csv", options->csv, "every figure, for spreadsheets")->excludes(json);
  command->callback([options, &code] { code = report(*options); });
}

void add_import(CLI::App& prices, int& code) {
  auto options = std::make_shared<import_options>();
  options->format = "auto";
  auto* command = prices.add_subcommand("import", "make a price file of LiteLLM's or genai-prices' list");
  command->add_option("FILE", options->file, "model_prices_and_context_window.json of LiteLLM, or data.json (v2) of genai-prices")
      ->required();
  command->add_option("--format", options->format, "whose list it is")
      ->check(CLI::IsMember({"litellm", "genai-prices", "auto"}))
      ->capture_default_str();
  command->add_option("--out", options->out, "price file to write; without it standard output");
  command->add_flag("--force", options->force, "replace also what is no price file, or one with over 10 % more models");
  command->callback([options, &code] {
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    code = import_prices(*options, today, std::cout, std::cerr);
  });
}

void add_prices(CLI::App& app, int& code) {
  auto listed = std::make_shared<list_options>();
  auto* command = app.add_subcommand("prices", "price lists")->require_subcommand(1);
  auto* list = command->add_subcommand("list", "print the built-in list, or a price file");
  list->add_option("--provider", listed->provider, "only that kind's");
  list->add_option("--file", listed->file, "that price file instead of the built-in list");
  list->callback([listed, &code] { code = list_prices(*listed); });
  add_import(*command, code);
}

void add_schema(CLI::App& app, int& code) {
  auto reference = std::make_shared<bool>(false);
  auto* command = app.add_subcommand("schema", "the JSON Schema of the configuration, for editors");
  command->add_flag("--reference", *reference, "the reference page (Markdown) instead");
  command->callback([reference, &code] { code = print_schema(*reference); });
}

}  // namespace

int main(int count, char** arguments) {
  CLI::App app{about};
  app.set_version_flag("--version", std::string("sallyport ") + sallyport::version);
  app.require_subcommand(1);
  int code = 0;
  add_serve(app, code);
  add_check(app, code);
  add_explain(app, code);
  add_demo(app, code);
  add_drill(app, code);
  add_keys(app, code);
  add_report(app, code);
  add_prices(app, code);
  add_schema(app, code);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : failed;
  }
  return code;
}
