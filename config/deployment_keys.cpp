#include "config/deployment_keys.hpp"

#include "config/nearest.hpp"
#include "config/price_list.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

using namespace std::chrono_literals;

section<saturation_limits> saturation_keys() {
  using s = saturation_limits;
  return {value_key("waiting", &s::waiting, whole_number(1, 1'000'000), "", "Requests that wait inside the engine."),
          value_key("kv_use", &s::kv_use, percent(1, 100), "", "How much of its cache for prompts is in use, as in 95%."),
          value_key("every", &s::every, duration(200ms, 1min), "1s", "How often its metrics are read. Without an answer for three times as long it counts as not full.")};
}

void check_saturation(const named<deployment_draft>& from, const provider& at) {
  if (!from.value.saturation) return;
  const auto place = from.at.below("saturation");
  if (!at.load_metrics) return place.refuse("cannot be known: kind " + at.kind + " tells no load that is read; remove it, or set max_concurrency");
  if (from.value.saturation->waiting == 0 && from.value.saturation->kv_use == 0) place.refuse("names no limit; write waiting, kv_use or both");
  if (from.value.saturation->kv_use > 0 && at.load_metrics->kv_use.empty())
    place.below("kv_use").refuse("is not told by kind " + at.kind + "; write waiting instead");
}

void check_queue(const named<deployment_draft>& from) {
  if (from.value.max_concurrency) return;
  for (const char* key : {"max_queue", "queue_timeout"})
    if (from.at.has(key)) from.at.below(key).refuse("has no meaning without max_concurrency; write how many sends it takes at once");
}

value_kind<std::string> upstream_model() {
  const auto read = [](const scalar& from) -> parsed<std::string> {
    if (const auto wrong = model_name(from.text)) return *wrong;
    return from.text;
  };
  return {"text", text_schema(), read};
}

template <class Map>
std::vector<std::string> names_in(const Map& map) {
  std::vector<std::string> names;
  for (const auto& [name, _] : map) names.push_back(name);
  return names;
}

}  // namespace

section<deployment_draft> deployment_keys() {
  using d = deployment_draft;
  return {
      required(value_key("provider", &d::provider, line_of_text(64), "", "The name of a provider."), "is missing; write provider: NAME"),
      required(value_key("model", &d::model, upstream_model(), "", "The model's name at that provider."), "is missing; write model: NAME"),
      section_or_list_key("price", &d::price, price_keys(),
                          "What a million tokens cost, in USD, exact to nine digits after the point; or a list of such prices, each from "
                          "its day on. Default, and before the first day: the price file, then the built-in list, else unknown."),
      value_key("max_concurrency", &d::max_concurrency, whole_number(1, 1'000'000), "",
                "Sends at once; what comes above waits (`max_queue`), or goes to the next deployment that may serve it. Default: no limit."),
      section_key("saturation", &d::saturation, saturation_keys(),
                  "From when on the engine is full by its own metrics (vllm, sglang, llamacpp); calls go to the next deployment then. Default: it is not asked."),
      value_key("max_queue", &d::max_queue, whole_number(0, 100'000), "0",
                "Calls that wait for a place at once, the first one first. One that would wait longer than `queue_timeout` goes on at once."),
      value_key("queue_timeout", &d::queue_timeout, duration(1ms, 5min), "5s", "How long a call waits for a place before it goes to the next deployment."),
      value_key("continuation", &d::goes_on, way_to_go_on(), "",
                "How it goes on with an answer whose stream broke elsewhere (`resume` of the model): `continue_final_message`, `prefill` or "
                "`prefix` (Mistral's) give it the text so far as the assistant's last message; `replay` asks anew and takes off what the "
                "client has, if the answer begins with that; `none` never. Default: the preset's, mostly replay."),
  };
}

std::shared_ptr<const deployment> listed_deployment(std::string name, std::shared_ptr<const provider> at, std::string_view model,
                                                    const price_table* file) {
  deployment made;
  made.name = std::move(name);
  made.model = model;
  made.price = price_from_list(at->kind, model, file);
  made.goes_on = at->goes_on;
  made.at = std::move(at);
  return std::make_shared<const deployment>(std::move(made));
}

std::shared_ptr<const deployment> made_deployment(const named<deployment_draft>& from, const provider_map& providers,
                                                  const price_table* file) {
  const auto& draft = from.value;
  if (draft.provider.empty()) return nullptr;  // its problem is said already
  const auto found = providers.find(draft.provider);
  if (found == providers.end()) {
    const auto at = from.at.below("provider");
    at.refuse("provider " + at.shown(draft.provider) + " is not defined" + suggestion(draft.provider, names_in(providers)));
    return nullptr;
  }
  auto listed = listed_deployment(from.name, found->second, draft.model, file);
  auto own = draft.price.empty() ? std::nullopt : made_price(draft.price, found->second->runs_as);
  check_queue(from);
  check_saturation(from, *found->second);
  if (!own && !draft.max_concurrency && !draft.goes_on && !draft.saturation) return listed;
  deployment made = *listed;
  made.saturation = draft.saturation;
  made.goes_on = draft.goes_on.value_or(listed->goes_on);
  made.max_concurrency = draft.max_concurrency.value_or(0);
  made.max_queue = draft.max_queue.value_or(made.max_queue);
  made.queue_timeout = draft.queue_timeout.value_or(made.queue_timeout);
  if (own) made.price = own->by_hour ? *std::move(own) : laid_over(*std::move(own), listed->price);
  return std::make_shared<const deployment>(std::move(made));
}

std::optional<std::pair<std::string_view, std::string_view>> split_at_provider(std::string_view provider_and_model) {
  const auto slash = provider_and_model.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto provider = provider_and_model.substr(0, slash);
  const auto model = provider_and_model.substr(slash + 1);
  if (plain_name(provider) || model_name(model)) return std::nullopt;
  return std::pair(provider, model);
}

std::shared_ptr<const deployment> deployment_names::resolve(const cursor& at, const std::string& name) {
  if (const auto known = known_.find(name); known != known_.end()) return known->second;
  if (std::find(written_.begin(), written_.end(), name) != written_.end()) return nullptr;
  const auto parts = split_at_provider(name);
  const auto found = parts ? providers_.find(std::string(parts->first)) : providers_.end();
  if (found == providers_.end()) {
    at.refuse(unknown(at, name));
    return nullptr;
  }
  return known_[name] = listed_deployment(name, found->second, parts->second, file_);
}

std::string deployment_names::unknown(const cursor& at, const std::string& name) const {
  const auto slash = name.find('/');
  if (slash == std::string::npos) {
    const bool is_model = std::find(models_.begin(), models_.end(), name) != models_.end();
    if (is_model) return at.shown(name) + " is a model; a model lists deployments or PROVIDER/MODEL";
    const std::string instead = written_.empty() ? "; write PROVIDER/MODEL" : suggestion(name, written_);
    return "deployment " + at.shown(name) + " is not defined" + instead;
  }
  const auto provider = name.substr(0, slash);
  if (providers_.contains(provider)) return at.shown(name) + " names no fit model after its provider; write PROVIDER/MODEL";
  return "provider " + at.shown(provider) + " is not defined" + suggestion(provider, names_in(providers_));
}

}  // namespace sallyport::config
