#include "adapters/openai_responses_request.hpp"

#include "adapters/json.hpp"
#include "adapters/json_members.hpp"
#include "adapters/json_write.hpp"
#include "adapters/opaque_state.hpp"
#include "adapters/text_splice.hpp"

#include <vector>

namespace sallyport::openai_responses {
namespace {

struct item_at {
  text_range where;
  bool goes = false;
};

std::vector<item_at> items_of(const call& asked, json_value input, const state_rule& rule) {
  std::vector<item_at> made;
  json_items ranges(asked.body, asked.places.prompt.offset);
  input.each_item([&](json_value item) {
    const auto where = ranges.next();
    if (where) made.push_back({*where, item["type"].text() == "reasoning" && !may_go(item["encrypted_content"].text(), rule)});
  });
  return made;
}

/// An item goes with the comma behind it; the last ones, behind which none stays, with the comma before them.
std::vector<text_splice> without_those(const std::vector<item_at>& items) {
  std::vector<text_splice> splices;
  std::size_t kept_end = 0;   // of the last item that stays
  bool has_kept = false;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const text_range& where = items[i].where;
    if (!items[i].goes) {
      has_kept = true;
      kept_end = where.end();
      continue;
    }
    std::size_t last = i;
    while (last + 1 < items.size() && items[last + 1].goes) ++last;
    const bool is_end = last + 1 == items.size();
    const std::size_t from = is_end && has_kept ? kept_end : where.offset;
    const std::size_t to = is_end ? items[last].where.end() : items[last + 1].where.offset;
    splices.push_back({{from, to - from}, {}});
    i = last;
  }
  return splices;
}

std::vector<text_splice> splices_of(const call& asked, const state_rule& rule) {
  if (asked.places.prompt.length == 0) return {};
  thread_local json_document document;
  if (!document.parse(asked.body)) return {};
  const json_value input = document.root()["input"];
  std::vector<text_splice> made;
  if (input.is(json_kind::array)) made = without_those(items_of(asked, input, rule));
  document.forget_large();
  return made;
}

}  // namespace

std::optional<std::string> without_state(const call& asked, const state_rule& rule) {
  if (asked.body.find("encrypted_content") == std::string::npos) return std::nullopt;
  auto splices = splices_of(asked, rule);
  return splices.empty() ? std::nullopt : std::optional(spliced(asked.body, std::move(splices)));
}

provider_request write_request(const call& asked, std::string_view upstream_model) {
  std::vector<text_splice> splices;
  if (may_hold_marked_state(asked.body)) splices = splices_of(asked, {});
  splices.push_back({asked.places.model, json_string(upstream_model)});
  provider_request made;
  made.path = "/responses";
  made.body = spliced(asked.body, std::move(splices));
  return made;
}

bool may_be_continued(const call& asked) {
  if (!asked.stream || !asked.previous_response.empty()) return false;
  thread_local json_document document;
  if (!document.parse(asked.body)) return false;
  const json_value body = document.root();
  bool has_logprobs = false;
  body["include"].each_item([&](json_value one) { has_logprobs = has_logprobs || one.text() == "message.output_text.logprobs"; });
  const bool is_kept = body["conversation"].is_given() || body["background"].boolean().value_or(false);
  document.forget_large();
  return !has_logprobs && !is_kept;
}

std::optional<provider_request> write_continuation(const call& asked, std::string_view upstream_model, continuation how) {
  if (how != continuation::replay) return std::nullopt;
  return write_request(asked, upstream_model);
}

}  // namespace sallyport::openai_responses
