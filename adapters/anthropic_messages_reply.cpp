#include "adapters/anthropic_messages_reply.hpp"

#include "adapters/anthropic_messages_failure.hpp"
#include "adapters/anthropic_messages_usage.hpp"
#include "adapters/json.hpp"

namespace sallyport::anthropic_messages {
namespace {

usage usage_of(json_value reported) {
  token_report report;
  report.read(reported);
  return report.tokens();
}

part thought(std::string_view text, json_value bytes, std::string_view id) {
  part made;
  made.kind = part_kind::reasoning;
  made.text = text;
  if (bytes.is_given()) made.state = opaque_state{{}, std::string(id), std::string(bytes.text())};
  return made;
}

std::optional<part> part_of(json_value block) {
  const auto type = block["type"].text();
  part made;
  if (type == "thinking") return thought(block["thinking"].text(), block["signature"], {});
  if (type == "redacted_thinking") return thought({}, block["data"], redacted_state);
  if (type == "text") {
    made.text = block["text"].text();
    return made;
  }
  if (type != "tool_use") return std::nullopt;
  made.kind = part_kind::tool_call;
  made.id = block["id"].text();
  made.name = block["name"].text();
  made.text = block["input"].is_given() ? block["input"].written() : "{}";
  return made;
}

std::size_t length_of(json_value block) {
  const auto type = block["type"].text();
  if (type == "tool_use") return block["input"].written().size();
  return block["text"].text().size() + block["thinking"].text().size();
}

/// Why the root of a reply is no message, if it is none.
maybe_failure wrong_with(json_value root) {
  if (!root.is(json_kind::object)) return fail(failure_kind::garbled_reply, "a reply that is JSON but no object");
  if (is_error(root)) return failure_inside(root);
  if (!root["content"].is(json_kind::array)) return fail(failure_kind::empty_reply, "a reply without content");
  return std::nullopt;
}

result<whole_reply> count_in(json_value root) {
  if (root.is(json_kind::object) && is_error(root)) return failure_inside(root);
  if (!root["input_tokens"].integer()) return fail(failure_kind::empty_reply, "a reply without input_tokens");
  whole_reply made;
  made.finish = finish_reason::stop;
  made.tokens.basis = usage_basis::reported;   // it costs nothing
  return made;
}

result<whole_reply> reply_in(json_value root) {
  if (auto why = wrong_with(root)) return *std::move(why);
  whole_reply made;
  made.tokens = usage_of(root["usage"]);
  made.finish = finish_of(root["stop_reason"]).value_or(finish_reason::other);
  root["content"].each_item([&](json_value block) {
    made.text_bytes += length_of(block);
    for (const char* name : {"signature", "data"})
      if (!block[name].text().empty()) made.states.emplace_back(block[name].text());
  });
  return made;
}

result<answer> answer_in(json_value root) {
  if (auto why = wrong_with(root)) return *std::move(why);
  answer made;
  made.of.id = root["id"].text();
  made.of.model = root["model"].text();
  root["content"].each_item([&](json_value block) {
    if (auto one = part_of(block)) made.parts.push_back(*std::move(one));
  });
  if (const auto said = explanation_in(root); !said.empty()) {
    part refusal;
    refusal.kind = part_kind::refusal;
    refusal.text = said;
    made.parts.push_back(std::move(refusal));
  }
  made.finish = finish_of(root["stop_reason"]).value_or(finish_reason::other);
  made.tokens = usage_of(root["usage"]);
  return made;
}

/// Reads with a document that the thread keeps.
template <class Made, class Read>
result<Made> read_with(std::string_view body, Read read) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return fail(failure_kind::empty_reply, "an empty body");
  thread_local json_document document;
  if (!document.parse(body)) return fail(failure_kind::garbled_reply, "a reply that is not JSON: " + std::string(document.problem()));
  result<Made> made = read(document.root());
  document.forget_large();
  return made;
}

}  // namespace

result<whole_reply> read_reply(operation asked, std::string_view body) {
  return read_with<whole_reply>(body, asked == operation::count_tokens ? count_in : reply_in);
}

result<answer> read_answer(std::string_view body) { return read_with<answer>(body, answer_in); }

}  // namespace sallyport::anthropic_messages
