#include "proxy/rehearsal/stage_set.hpp"

#include <openssl/evp.h>

#include <random>
#include <span>
#include <utility>

namespace sallyport::rehearsal {
namespace {

using std::chrono::milliseconds;

/// The cast, in the order of deployment_class. Prices are in the range of what such models and machines cost in 2026.
struct part {
  std::string_view model;
  std::string_view public_model;  ///< the public model that tries it first
  std::string_view price;
  milliseconds first_token;
  milliseconds pace;
  milliseconds jitter;
};

constexpr std::array<part, 3> cast{{
    {"house-8b", "chat-house", "{gpu_hour: 0.80}", milliseconds(40), milliseconds(12), milliseconds(2)},
    {"open-70b", "chat-open", "{input: 0.59, output: 0.79}", milliseconds(80), milliseconds(6), milliseconds(4)},
    {"flagship", "chat", "{input: 2.50, cached_input: 1.25, output: 10.00}", milliseconds(150), milliseconds(15), milliseconds(15)},
}};

constexpr std::array<deployment_class, 3> best_first{deployment_class::managed, deployment_class::hosted, deployment_class::in_house};

const part& part_of(deployment_class which) { return cast[static_cast<std::size_t>(which)]; }

std::string hex_of(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 0x0fu];
  }
  return text;
}

std::string minted_key() {
  std::random_device entropy;
  std::array<unsigned char, 16> bytes;
  for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(entropy());
  return "sk-demo-" + hex_of(bytes);
}

std::string sha256_of(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return hex_of(digest);
}

/// A model that tries `first`, then the other classes, best first.
std::string model_line(std::string_view name, deployment_class first, std::string_view faults) {
  std::string line = "  " + std::string(name) + ": {try: [";
  line += faults.empty() ? std::string(part_of(first).model) : "\"" + stage_set::deployment_of(first) + std::string(faults) + "\"";
  for (const deployment_class other : best_first)
    if (other != first) line += ", " + std::string(part_of(other).model);
  return line + "], timeouts: {connect: 1s, first_token: 3s, idle: 3s}}\n";
}

/// Faults of the managed upstream that are worth a look by hand.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> faulty_models{{
    {"when-busy", "!status=429!retry_after=2"},
    {"when-down", "!status=503"},
    {"when-reset", "!reset_before_head"},
    {"when-silent", "!accept_silent"},
    {"when-empty", "!empty_200"},
    {"when-cut", "!tokens=60!cut_after=40"},
}};

/// The same break as when-cut, gone on with in the house.
constexpr std::string_view resumed_model = "when-resumed";
constexpr std::string_view going_on = R"(  going-on: {provider: in_house, model: "house-8b!tokens=60", continuation: prefill}
)";
constexpr std::string_view resumed = R"(: {try: ["managed/flagship!tokens=60!cut_after=40", going-on], resume: true}
)";

}  // namespace

stage_set::stage_set() : key_(minted_key()) {
  for (std::size_t i = 0; i < cast.size(); ++i) {
    character who{.name = std::string(name_of(static_cast<deployment_class>(i))) + "/" + std::string(cast[i].model)};
    who.models = {std::string(cast[i].model)};
    who.first_token = cast[i].first_token;
    who.pace = cast[i].pace;
    who.jitter = cast[i].jitter;
    upstreams_[i] = std::make_unique<upstream_thread>(std::move(who));
  }
}

stage_set::~stage_set() { stop(); }

result<void> stage_set::start() {
  for (const auto& one : upstreams_)
    if (auto started = one->start(); !started) return started;
  return {};
}

void stage_set::stop() {
  for (const auto& one : upstreams_) one->stop();
}

std::string_view stage_set::model_first_at(deployment_class which) { return part_of(which).public_model; }

std::string stage_set::deployment_of(deployment_class which) {
  return std::string(name_of(which)) + "/" + std::string(part_of(which).model);
}

std::string stage_set::configuration(const stage_addresses& where) const {
  std::string text = "# The demo's configuration: three built-in upstreams, one of each class.\nversion: 1\n";
  text += "listen: {address: 127.0.0.1:" + std::to_string(where.api_port) + "}\n";
  text += "admin: {address: 127.0.0.1:" + std::to_string(where.admin_port) + "}\n";
  if (!where.journal.empty()) text += "state: {journal: \"" + where.journal + "\"}\n";
  text += "\nproviders:\n";
  for (const deployment_class which : best_first)
    text += "  " + std::string(name_of(which)) + ": {kind: openai_compatible, class: " + std::string(name_of(which)) +
            ", base_url: \"" + upstreams_[static_cast<std::size_t>(which)]->base_url() + "\"}\n";
  text += "\ndeployments:\n";
  for (const deployment_class which : best_first) {
    const part& one = part_of(which);
    text += "  " + std::string(one.model) + ": {provider: " + std::string(name_of(which)) + ", model: " + std::string(one.model);
    text += ", price: " + std::string(one.price) + "}\n";
  }
  text += std::string(going_on) + "\nmodels:\n";
  for (const deployment_class which : best_first) text += model_line(part_of(which).public_model, which, {});
  for (const auto& [name, faults] : faulty_models) text += model_line(name, deployment_class::managed, faults);
  text += "  " + std::string(resumed_model) + std::string(resumed);
  return text + "\nteams:\n  demo: {keys: [{name: demo, sha256: " + sha256_of(key_.reveal()) + "}]}\n";
}

std::string stage_set::greeting(std::uint16_t api_port, std::uint16_t admin_port) const {
  const std::string base = "http://127.0.0.1:" + std::to_string(api_port);
  const std::string key(key_.reveal());
  std::string text = "Three upstreams stand behind the gateway: managed, hosted and in-house. Try it:\n\n";
  text += "  curl -N " + base + "/v1/chat/completions -H 'authorization: Bearer " + key + "' -H 'content-type: application/json' " +
          R"(-d '{"model":"chat","stream":true,"messages":[{"role":"user","content":"Who are you?"}]}')" + "\n\n";
  text += "  python3 -c 'import json, urllib.request as u; r = u.Request(\"" + base + "/v1/chat/completions\", " +
          R"(json.dumps({"model": "chat", "messages": [{"role": "user", "content": "Who are you?"}]}).encode(), )" +
          "{\"authorization\": \"Bearer " + key + "\", \"content-type\": \"application/json\"}); " +
          R"(print(json.load(u.urlopen(r))["choices"][0]["message"]["content"])')" + "\n\n";
  text += "  any OpenAI SDK: base_url " + base + "/v1, key " + key + "\n";
  text += "  any Anthropic SDK, Claude Code: base URL " + base + ", the same key\n";
  text += "  models: chat, chat-open, chat-house; those whose managed upstream fails:";
  for (const auto& [name, faults] : faulty_models) text += " " + std::string(name);
  text += " " + std::string(resumed_model);
  return text + "\n  metrics: http://127.0.0.1:" + std::to_string(admin_port) + "/metrics\n\nCtrl-C ends it.\n";
}

}  // namespace sallyport::rehearsal
