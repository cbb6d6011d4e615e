#include "adapters/anthropic_messages_request.hpp"

#include "adapters/anthropic_messages_chat_request.hpp"
#include "adapters/anthropic_messages_models.hpp"
#include "adapters/json.hpp"
#include "adapters/json_members.hpp"
#include "adapters/json_write.hpp"
#include "adapters/opaque_state.hpp"
#include "adapters/stop_seam.hpp"
#include "adapters/token_estimate.hpp"

#include <algorithm>
#include <string>

namespace sallyport::anthropic_messages {
namespace {

bool must_go(json_value block, const state_rule& rule) {
  const auto type = block["type"].text();
  if (type == "thinking") return !may_go(block["signature"].text(), rule);
  return type == "redacted_thinking" && !may_go(block["data"].text(), rule);
}

std::optional<text_range> member_of(std::string_view text, json_value object, std::size_t brace, std::string_view wanted) {
  std::optional<text_range> found;
  json_members ranges(text, brace);
  object.each_member([&](std::string_view name, json_value) {
    const auto range = ranges.next();
    if (range && name == wanted && !found) found = range->value;
  });
  return found;
}

/// The array of content without the blocks that may not go, if it has any.
std::optional<std::string> without_thoughts(std::string_view text, json_value content, text_range where, const state_rule& rule) {
  std::string kept = "[";
  bool any = false;
  json_items ranges(text, where.offset);
  content.each_item([&](json_value block) {
    const auto range = ranges.next();
    const bool goes = must_go(block, rule);
    any = any || goes;
    if (goes || !range) return;
    if (kept.size() > 1) kept += ',';
    kept += text.substr(range->offset, range->length);
  });
  return any ? std::optional<std::string>(kept + "]") : std::nullopt;
}

/// Of a message that is nothing but thoughts, all goes, with the comma before it.
void take_out(std::string_view body, json_value messages, text_range where, const state_rule& rule, std::vector<text_splice>& into) {
  json_items ranges(body, where.offset);
  std::size_t behind = 0;
  messages.each_item([&](json_value message) {
    const auto range = ranges.next();
    if (!range) return;
    const std::size_t before = std::exchange(behind, range->end());
    if (!message["content"].is(json_kind::array)) return;
    const auto content = member_of(body, message, range->offset, "content");
    auto kept = content ? without_thoughts(body, message["content"], *content, rule) : std::nullopt;
    if (!kept) return;
    if (*kept == "[]" && before != 0) {
      into.push_back({{before, range->end() - before}, {}});
    } else {
      into.push_back({*content, *std::move(kept)});
    }
  });
}

bool has_free_form(json_value body) {
  const auto thinking = body["thinking"]["type"].text();
  const auto choice = body["tool_choice"]["type"].text();
  return (thinking.empty() || thinking == "disabled") && choice != "any" && choice != "tool" &&
         !body["output_config"]["format"].is_given() && !body["output_format"].is_given();
}

bool ends_inside_a_stop(json_value body, std::string_view text) {
  bool inside = false;
  body["stop_sequences"].each_item([&](json_value one) { inside = inside || ends_inside(text, one.text()); });
  return inside;
}

bool ends_with_assistant(json_value body) {
  json_value last;
  body["messages"].each_item([&](json_value one) { last = one; });
  return last["role"].text() == "assistant";
}

std::vector<text_splice> beginning(const call& asked, json_value body, std::string_view given) {
  std::vector<text_splice> made;
  const std::size_t end = asked.places.prompt.end() - 1;
  made.push_back({{end, 0}, R"(,{"role":"assistant","content":)" + json_string(given) + "}"});
  const auto limit = body["max_tokens"].integer();
  const auto place = member_of(asked.body, body, 0, "max_tokens");
  if (limit && place) made.push_back({*place, std::to_string(std::max<std::int64_t>(*limit - estimate_tokens(given.size()), 1))});
  return made;
}

}  // namespace

std::optional<std::string> without_state(const call& asked, const state_rule& rule) {
  const std::string_view body = asked.body;
  json_document document;
  if (body.find("thinking") == std::string_view::npos || !document.parse(body)) return std::nullopt;
  std::vector<text_splice> splices;
  take_out(body, document.root()["messages"], asked.places.prompt, rule, splices);
  return splices.empty() ? std::nullopt : std::optional(spliced(body, std::move(splices)));
}

provider_request write_request(const call& asked, std::string_view upstream_model, std::vector<text_splice> splices) {
  splices.push_back({asked.places.model, json_string(upstream_model)});
  if (may_hold_marked_state(asked.body)) {
    json_document document;
    if (document.parse(asked.body)) take_out(asked.body, document.root()["messages"], asked.places.prompt, {}, splices);
  }
  provider_request made;
  made.path = asked.asks == operation::count_tokens ? "/messages/count_tokens" : "/messages";
  made.body = spliced(asked.body, std::move(splices));
  made.headers.add_if_fit(version_header, version);
  return made;
}

bool may_be_continued(const call& asked) { return asked.stream && asked.asks == operation::chat_completions; }

std::optional<provider_request> write_continuation(const call& asked, std::string_view upstream_model, continuation how,
                                                   std::string_view delivered) {
  if (how == continuation::replay) return write_request(asked, upstream_model);
  const auto given = given_part(delivered);
  if (how != continuation::prefill || given.empty() || !facts_of(upstream_model).takes_prefill) return std::nullopt;
  thread_local json_document document;
  if (!document.parse(asked.body)) return std::nullopt;
  const json_value body = document.root();
  std::optional<provider_request> made;
  if (has_free_form(body) && !ends_with_assistant(body) && !ends_inside_a_stop(body, delivered))
    made = write_request(asked, upstream_model, beginning(asked, body, given));
  document.forget_large();
  return made;
}

}  // namespace sallyport::anthropic_messages
