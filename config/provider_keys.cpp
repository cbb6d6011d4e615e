#include "config/provider_keys.hpp"

#include "config/condition_names.hpp"
#include "config/nearest.hpp"
#include "config/presets.hpp"
#include "config/provider_checks.hpp"
#include "config/secrets.hpp"

#include <algorithm>
#include <chrono>

namespace sallyport::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t provider_keys_max = 16;

std::string quoted_list(const std::vector<std::string>& words) {
  std::string made;
  for (const auto& word : words) made += (made.empty() ? "\"" : ",\"") + word + "\"";
  return made;
}

std::string not_implemented(const later_kind& kind) {
  const std::string door = kind.openai_door.empty() ? "" : "; use kind: openai_compatible with base_url: " + kind.openai_door;
  return "kind " + kind.name + " is not implemented yet in this version" + door;
}

value_kind<std::string> preset_name() {
  const auto read = [](const scalar& from) -> parsed<std::string> {
    if (preset_named(from.text)) return from.text;
    if (const auto* later = later_kind_named(from.text)) return complaint{not_implemented(*later)};
    const std::string name = from.filled ? "its value" : in_quotes(from.text);
    return complaint{name + " is not a known kind" + suggestion(from.filled ? std::string_view() : from.text, preset_names()) +
                     " (any other service that speaks the OpenAI API is openai_compatible)"};
  };
  return {"preset", R"({"enum":[)" + quoted_list(preset_names()) + "]}", read};
}

value_kind<transport_kind> transport_name() {
  const auto read = [](const scalar& from) -> parsed<transport_kind> {
    if (from.text == "native") return transport_kind::native;
    if (from.text == "curl") return transport_kind::curl;
    return complaint{"is not a known transport; write native or curl, or remove the key"};
  };
  return {"native or curl", R"({"enum":["native","curl"]})", read};
}

value_kind<std::string> certification_name() {
  auto kind = line_of_text(32);
  const auto read_line = kind.read;
  kind.read = [read_line](const scalar& from) -> parsed<std::string> {
    auto name = read_line(from);
    if (name && !is_tag_name(*name)) return complaint{"is not a fit name; write it with a to z, 0 to 9, '_', '.' and '-', as in iso27001"};
    return name;
  };
  return kind;
}

value_kind<std::string> path_of_url() {
  const auto read = [](const scalar& from) -> parsed<std::string> {
    const auto is_fit = [](char c) { return c > ' ' && c < 127 && c != '#' && c != '\\'; };
    const bool fits = from.text.starts_with('/') && from.text.size() <= 256 && std::all_of(from.text.begin(), from.text.end(), is_fit);
    if (!fits) return complaint{"is not the path of an address; write it as in /health"};
    return from.text;
  };
  return {"path", R"({"type":"string","pattern":"^/"})", read};
}

section<health_draft> health_keys() {
  using h = health_draft;
  return {value_key("path", &h::path, path_of_url(), "", ""), value_key("every", &h::every, duration(1s, 10min), "5s", "")};
}

/// `off`, or a map.
field<provider_draft> health_key() {
  field<provider_draft> made;
  made.row = {"health", key_row::form::value, "off, or {path: PATH, every: DURATION}",
              R"({"anyOf":[{"enum":["off"]},{"type":"object","properties":{"path":{"type":"string","pattern":"^/"},"every":{"type":"string"}},"additionalProperties":false}]})",
              "",
              "How it is asked whether it is there, while one of its deployments rests: with GET, without the key, at this path of the origin, so "
              "often. An answer lets the next request try it; it never counts as an answer of a model. Default: the preset's path every 5s for "
              "in_house, off for all others; with every alone the preset's path.",
              "", true};
  made.read = [](const cursor& at, provider_draft& into) {
    into.health.emplace();
    if (at.here().is == node::shape::map) return read_section(at, health_keys(), *into.health);
    into.health->off = true;
    read_value(at, one_of({"off"}, "off"));
  };
  return made;
}

std::optional<health_probe> made_probe(const named<provider_draft>& from, const preset& kind, const provider& made) {
  const auto& written = from.value.health;
  const bool by_itself = !written && made.runs_as == deployment_class::in_house && !kind.health_path.empty();
  if (!written && !by_itself) return std::nullopt;
  if (written && written->off) return std::nullopt;
  health_probe probe{.path = kind.health_path};
  if (written && !written->path.empty()) probe.path = written->path;
  if (written && written->every > 0ms) probe.every = written->every;
  if (!probe.path.empty()) return probe;
  from.at.below("health").refuse("lacks path, and kind " + kind.name + " has none of its own; write one that answers without a key, as in "
                                 "{path: /health}");
  return std::nullopt;
}

std::vector<std::string> class_names() { return {deployment_class_names.begin(), deployment_class_names.end()}; }

void take_dialects(const named<provider_draft>& from, provider& made) {
  const auto& draft = from.value;
  if (draft.speaks && !draft.speaks_all.empty()) from.at.below("dialects").refuse("stands beside dialect; write all of them under dialects");
  if (draft.speaks) made.speaks = {*draft.speaks};
  if (draft.speaks_all.empty()) return;
  made.speaks.clear();
  for (const auto& one : draft.speaks_all) {
    if (std::find(made.speaks.begin(), made.speaks.end(), one.value) != made.speaks.end()) one.at.refuse("stands in this list before; remove one of the two");
    made.speaks.push_back(one.value);
  }
}

void take_keys(const named<provider_draft>& from, bool allow_inline_secrets, provider& made) {
  const auto& keys = from.value.keys;
  if (keys.size() > provider_keys_max) from.at.below("keys").refuse("holds more than 16 credentials");
  if (!keys.empty() && from.at.has("key")) from.at.below("keys").refuse("stands beside key; write all of them under keys");
  std::vector<secret> all;
  for (const auto& one : keys) {
    auto key = accepted_secret(one.value, one.at, allow_inline_secrets);
    const auto same = [&](const secret& other) { return other.reveal() == key.reveal(); };
    if (std::any_of(all.begin(), all.end(), same)) one.at.refuse("is a credential that stands in this list before; remove one of the two");
    all.push_back(std::move(key));
  }
  if (all.empty()) return;
  made.key = std::move(all.front());
  all.erase(all.begin());
  made.more_keys = std::move(all);
}

}  // namespace

section<provider_draft> provider_keys() {
  using d = provider_draft;
  return {
      required(value_key("kind", &d::kind, preset_name(), "",
                   "The preset; it brings address, authentication, dialect and class (see the table of presets below)."),
               "is missing; write kind: PRESET, as in kind: openai"),
      value_key("key", &d::key, secret_text(), "",
          "The credential, sent as the preset says. Required unless the provider is in_house or on loopback."),
      list_key("keys", &d::keys, secret_text(),
               "Several credentials instead of one, at most 16. Sends are spread over those that are well; one that is refused, exhausted or limited "
               "rests, and the call goes out with another."),
      value_key("base_url", &d::base, web_address(), "",
          "Address of the API, with its version path and without the operation's. Default: the preset's. Plain http is accepted on "
          "loopback, and for in_house within its declared networks."),
      value_key("class", &d::runs_as, one_of(class_names(), "in_house, hosted or managed"), "",
          "Who runs the models. Default: the preset's."),
      value_key("dialect", &d::speaks, wire_language(), "",
          "The wire language that it speaks: `openai_chat`, `openai_responses` or `anthropic_messages`. Default: the preset's. A call in another "
          "one is translated."),
      list_key("dialects", &d::speaks_all, wire_language(),
          "All wire languages that it speaks at that address, instead of `dialect`: a call in one of them is relayed byte for byte, any other is "
          "translated into the first."),
      value_key("transport", &d::transport, transport_name(), "native",
                "How requests are sent: by the gateway's own HTTP/1.1 and, over TLS, HTTP/2; or by libcurl in HTTP/1.1. The same rules hold for both."),
      map_key("headers", &d::headers, line_of_text(8 * 1024),
          "Further request headers, at most 32. Not the credential's, nor those that frame or route the message."),
      value_key("location", &d::location, line_of_text(64), "", "Where it stands, as in eu. A statement of yours."),
      list_key("networks", &d::networks, address_range(),
           "The address ranges that its host may resolve into; any other address is refused when connecting. Default: any but link-local and "
           "metadata addresses; for in_house private and loopback ones only, so naming a public range here vouches for it."),
      value_key("ca", &d::ca_file, path_of_file(), "", "A PEM bundle to trust instead of the system's."),
      value_key("drain_on_disconnect", &d::drain_on_disconnect, duration(0ms, 5min), "0ms",
                "How long an answer whose client has left is still read, so that its usage is known and not estimated; its place and the team's "
                "are kept as long. 0ms ends the send at once, which frees an engine of yours and saves what was not written yet."),
      health_key(),
      later<d>("region"),
      value_key("retention", &d::retention, whole_days(36'500), "",
                "How long it keeps what it is sent, as in 30d; 0d: not at all. A statement of yours, for policies. Default: not known, which "
                "meets no requirement; for in_house 0d."),
      value_key("trains_on_data", &d::trains_on_data, yes_or_no(), "",
                "Whether models are trained on what it is sent. A statement of yours. Default: not known; for in_house false."),
      list_key("certifications", &d::certifications, certification_name(), "What it is certified for, as in [soc2, hipaa, iso27001]. A statement of yours."),
  };
}

std::shared_ptr<const provider> made_provider(const named<provider_draft>& from, bool allow_inline_secrets) {
  const auto& draft = from.value;
  const auto* kind = preset_named(draft.kind);
  provider made = kind ? provider_of(*kind, from.name) : provider{.name = from.name};
  if (draft.base) made.base = *draft.base;
  if (!draft.runs_as.empty()) made.runs_as = deployment_class_named(draft.runs_as).value_or(made.runs_as);
  take_dialects(from, made);
  made.goes_by = draft.transport.value_or(transport_kind::native);
  made.key = accepted_secret(draft.key, from.at.below("key"), allow_inline_secrets);
  take_keys(from, allow_inline_secrets, made);
  made.location = draft.location;
  made.retention_days = draft.retention;
  made.trains_on_data = draft.trains_on_data;
  for (const auto& one : draft.certifications) made.certifications.push_back(one.value);
  made.ca_file = draft.ca_file;
  made.drain_on_disconnect = draft.drain_on_disconnect;
  for (const auto& range : draft.networks) made.networks.push_back(range.value);
  for (const auto& header : draft.headers) made.headers.emplace_back(header.name, header.value);
  if (kind) made.probe = made_probe(from, *kind, made);
  if (kind) check_provider(from, *kind, made);
  return std::make_shared<const provider>(std::move(made));
}

}  // namespace sallyport::config
