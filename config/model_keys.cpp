#include "config/model_keys.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t deployments_max = 32;

section<timeouts> timeout_keys() {
  using t = timeouts;
  return {
      value_key("connect", &t::connect, duration(1ms, 5min), "3s", "To a connection with the provider, TLS included."),
      value_key("first_token", &t::first_token, duration(1ms, 1h), "30s", "Streams: from the send to the first content."),
      value_key("idle", &t::idle, duration(1ms, 1h), "1m", "Streams: between two events with content; comments do not count."),
      value_key("attempt", &t::attempt, duration(1ms, 24h), "5m", "Unstreamed requests: one whole send."),
      value_key("total", &t::total, duration(1ms, 24h), "10m", "The whole request, all attempts."),
  };
}

/// False is the only answer that this version has.
value_kind<bool> not_yet_true() {
  auto kind = yes_or_no();
  kind.word = "false";
  kind.schema = R"({"enum":[false]})";
  kind.read = [](const scalar& from) -> parsed<bool> {
    const auto value = boolean_in(from);
    if (value && *value) return complaint{"resume: true is not implemented yet in this version; write false or remove it"};
    return value;
  };
  return kind;
}

field<model_draft> try_key() {
  field<model_draft> made;
  made.row = {"try", key_row::form::list, "list of deployments or PROVIDER/MODEL", text_schema(), "",
              "What serves the model, in the order in which it is tried; at most 32, none twice.",
              "is missing; list what serves the model, as in try: [openai/gpt-4o-mini]", true};
  made.read = [](const cursor& at, model_draft& into) { read_try(at, into.try_in_order); };
  return made;
}

}  // namespace

section<model_draft> model_keys() {
  using d = model_draft;
  return {try_key(), section_key("timeouts", &d::timeouts, timeout_keys(), "How long each step may take."),
          value_key("duplicate_ok", &d::duplicate_ok, yes_or_no(), "false",
                    "Whether a request that failed may be sent to the same deployment once more, although it may have arrived there."),
          value_key("resume", &d::resume, not_yet_true(), "false",
              "Whether a stream that breaks after content may be continued elsewhere.")};
}

void read_try(const cursor& at, written_try& into) {
  if (!at.is_list()) return;
  if (at.here().items.empty()) at.refuse("is empty; name at least one deployment or PROVIDER/MODEL");
  for (std::size_t i = 0; i < at.here().items.size(); ++i) {
    const auto item = at.item(i);
    if (item.here().is == node::shape::map)
      item.refuse("strategies (split, cheapest, fastest, least_busy) are not implemented yet in this version; list deployments in order");
    else if (auto name = read_value(item, line_of_text(400))) into.push_back({item, std::move(*name)});
  }
}

std::vector<std::shared_ptr<const deployment>> resolved_try(const cursor& at, const written_try& names, deployment_names& deployments) {
  std::vector<std::shared_ptr<const deployment>> resolved;
  if (names.size() > deployments_max) at.refuse("lists more than 32 deployments");
  for (auto one = names.begin(); one != names.end(); ++one) {
    const auto again = [&](const auto& other) { return other.value == one->value; };
    if (std::find_if(names.begin(), one, again) != one)
      one->at.refuse(one->at.shown(one->value) + " stands twice in this list; remove one of the two");
    else if (auto found = deployments.resolve(one->at, one->value)) resolved.push_back(std::move(found));
  }
  return resolved;
}

std::shared_ptr<const model> made_model(const named<model_draft>& from, deployment_names& deployments) {
  model made;
  made.name = from.name;
  made.timeouts = from.value.timeouts;
  made.duplicate_ok = from.value.duplicate_ok;
  made.try_in_order = resolved_try(from.at.below("try"), from.value.try_in_order, deployments);
  return std::make_shared<const model>(std::move(made));
}

}  // namespace sallyport::config
