#include "adapters/openai_chat_stream.hpp"

#include "adapters/json.hpp"
#include "adapters/json_write.hpp"
#include "adapters/openai_chat_failure.hpp"
#include "adapters/openai_chat_usage.hpp"
#include "adapters/provider_error.hpp"

#include <algorithm>
#include <array>

namespace sallyport::openai_chat {
namespace {

/// What is read of a chunk. Taken out in one walk: there are many chunks, and most have few members.
struct chunk_members {
  explicit chunk_members(json_value chunk) {
    chunk.each_member([this](std::string_view name, json_value value) {
      if (json_value* const place = of(name); place != nullptr && place->is(json_kind::missing)) *place = value;
    });
  }
  json_value* of(std::string_view name) {
    if (name == "choices") return &choices;
    if (name == "usage") return &usage;
    if (name == "object") return &object;
    if (name == "error") return &error;
    return name == "x_groq" ? &x_groq : nullptr;
  }
  json_value choices, usage, object, error, x_groq;
};

// With an empty `choices`, these say something beside the usage: such a block was not made for our asking.
bool says_more(json_value chunk) {
  constexpr std::array<const char*, 4> names{"prompt_filter_results", "citations", "search_results", "moderation"};
  return std::any_of(names.begin(), names.end(), [&](const char* name) { return chunk[name].is_given(); });
}

bool is_empty_list(json_value value) { return value.is(json_kind::array) && value.size() == 0; }

bool is_message(std::string_view type) { return type.empty() || type == "message"; }

int index_of(json_value choice) { return static_cast<int>(std::clamp<std::int64_t>(choice["index"].integer().value_or(0), 0, 127)); }

}  // namespace

event& chunk_reader::add(event_kind kind) {
  event& made = sse_event_reader::add(kind);
  made.choice = choice_;
  return made;
}

failure chunk_reader::failure_in(std::string_view text) const { return failure_inside_text(text); }

void chunk_reader::read_data(const sse_block& block) {
  choice_ = 0;
  if (block.data.starts_with("[DONE]")) return void(add(event_kind::done));
  if (block.type == "error") return void(add(event_kind::failed).why = failure_inside_text(block.data));
  if (block.data.empty()) return;
  with_json(block, is_message(block.type), [&](json_value chunk) {
    logprobs_.clear();
    state_ids_.clear();
    // The part of a block that the wire cut off is no answer: a client drops it too.
    if (!block.unfinished || is_error(chunk)) read_chunk(chunk);
  });
}

void chunk_reader::read_chunk(json_value chunk) {
  const chunk_members has(chunk);
  if (identity_.id.empty()) learn_identity(chunk);
  if (is_error(has.error, has.object)) {
    add(event_kind::failed).why = failure_inside(chunk);
  } else {
    has.choices.each_item([&](json_value choice) { read_choice(choice); });
  }
  const usage tokens = usage_in(has.usage, has.x_groq);
  choice_ = 0;
  const bool alone = events_.empty() && is_empty_list(has.choices) && has.usage.is(json_kind::object) && !says_more(chunk);
  if (tokens.basis == usage_basis::none && !alone) return;
  event& made = add(event_kind::reported);
  made.tokens = tokens;
  made.usage_only = alone;
}

void chunk_reader::read_choice(json_value choice) {
  choice_ = index_of(choice);
  const std::size_t before = events_.size();
  read_words(choice, choice["delta"], *this);
  keep_logprobs(choice["logprobs"]["content"], before);
  const auto finish = finish_of(choice["finish_reason"]);
  if (finish && finish->failed) {
    add(event_kind::failed).why = failure_of_choice(choice);
  } else if (finish) {
    add(event_kind::finished).finish = finish->reason;
  } else if (events_.size() == before && choice.is(json_kind::object)) {
    add(event_kind::opened);
  }
}

// Written anew they may be longer than they were, so they do not stand with the texts.
void chunk_reader::keep_logprobs(json_value tokens, std::size_t from) {
  if (!tokens.first_item().is_given()) return;
  const auto said = std::find_if(events_.begin() + static_cast<std::ptrdiff_t>(from), events_.end(),
                                 [](const event& one) { return one.kind == event_kind::text; });
  if (said != events_.end()) said->logprobs = logprobs_.emplace_back(tokens.written());
}

void chunk_reader::say(event_kind kind, std::string_view text) { add(kind).text = kept(text); }

void chunk_reader::say_state(std::string_view id, std::string_view bytes) {
  event& made = add(event_kind::state);
  made.text = kept(bytes);
  made.tool.id = state_ids_.emplace_back(id);
}

void chunk_reader::say_tool(const tool_part& of, std::string_view arguments) {
  event& made = add(event_kind::tool_call);
  made.tool = {.index = of.index, .id = kept(of.id), .name = kept(of.name)};
  made.text = kept(arguments);
}

void chunk_reader::learn_identity(json_value chunk) {
  identity_.id = cut_text(chunk["id"].text(), identity_text_max);
  identity_.model = cut_text(chunk["model"].text(), identity_text_max);
  identity_.created = chunk["created"].integer().value_or(0);
}

}  // namespace sallyport::openai_chat
