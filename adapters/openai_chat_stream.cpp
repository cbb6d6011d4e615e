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

constexpr std::string_view gzip_magic = "\x1f\x8b";
constexpr std::size_t kept_bytes_max = 256 * 1024;
constexpr std::size_t identity_text_max = 512;

// With an empty `choices`, these say something beside the usage: such a block was not made for our asking.
bool says_more(json_value chunk) {
  constexpr std::array<const char*, 4> names{"prompt_filter_results", "citations", "search_results", "moderation"};
  return std::any_of(names.begin(), names.end(), [&](const char* name) { return chunk[name].is_given(); });
}

bool is_empty_list(json_value value) { return value.is(json_kind::array) && value.size() == 0; }

bool is_message(std::string_view type) { return type.empty() || type == "message"; }

int index_of(json_value choice) { return static_cast<int>(std::clamp<std::int64_t>(choice["index"].integer().value_or(0), 0, 127)); }

}  // namespace

void chunk_reader::feed(std::string_view bytes) {
  if (first_bytes_.size() < gzip_magic.size()) {
    first_bytes_ += bytes.substr(0, gzip_magic.size() - first_bytes_.size());
    is_compressed_ = first_bytes_ == gzip_magic;
    if (is_compressed_) blocks_.stop_reading();
  }
  blocks_.feed(bytes);
}

const event* chunk_reader::next() {
  if (given_ < events_.size()) return &events_[given_++];
  const sse_block* block = blocks_.next();
  if (!block) return nullptr;
  events_.clear();
  given_ = 1;
  read(*block);
  if (events_.empty()) add(event_kind::ignored);
  events_.front().raw = block->raw;
  events_.front().data = block->has_data || block->error.has_value();
  for (event& each : events_) each.unfinished = block->unfinished;
  return &events_.front();
}

event& chunk_reader::add(event_kind kind) {
  event& made = events_.emplace_back();
  made.kind = kind;
  made.choice = choice_;
  return made;
}

void chunk_reader::fail_with_detail(failure_kind kind, std::string detail) { add(event_kind::failed).why = fail(kind, std::move(detail)); }

void chunk_reader::read(const sse_block& block) {
  choice_ = 0;
  if (is_compressed_) {
    // Said once; what follows is ignored.
    is_compressed_ = false;
    return fail_with_detail(failure_kind::garbled_reply, "a compressed stream, although identity was asked for");
  }
  if (block.too_large) return fail_with_detail(failure_kind::garbled_reply, "an event above 16 MiB in the stream");
  if (block.error) return void(add(event_kind::failed).why = failure_inside_text(*block.error));
  if (block.has_data) read_data(block);
}

void chunk_reader::read_data(const sse_block& block) {
  if (block.data.starts_with("[DONE]")) return void(add(event_kind::done));
  if (block.type == "error") return void(add(event_kind::failed).why = failure_inside_text(block.data));
  if (block.data.empty()) return;
  thread_local json_document document;
  if (document.parse(block.data)) {
    texts_.clear();
    logprobs_.clear();
    state_ids_.clear();
    if (texts_.capacity() > kept_bytes_max) texts_.shrink_to_fit();
    texts_.reserve(block.data.size());
    // The part of a block that the wire cut off is no answer: a client drops it too.
    if (!block.unfinished || is_error(document.root())) read_chunk(document.root());
  } else if (is_message(block.type) && !block.unfinished) {
    fail_with_detail(failure_kind::garbled_reply, "an event that is not JSON: " + std::string(document.problem()));
  }
  document.forget_large();
}

void chunk_reader::read_chunk(json_value chunk) {
  if (identity_.id.empty()) learn_identity(chunk);
  if (is_error(chunk)) {
    add(event_kind::failed).why = failure_inside(chunk);
  } else {
    chunk["choices"].each_item([&](json_value choice) { read_choice(choice); });
  }
  read_usage(chunk);
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

void chunk_reader::read_usage(json_value chunk) {
  const usage tokens = usage_in(chunk);
  choice_ = 0;
  const bool alone = events_.empty() && is_empty_list(chunk["choices"]) && chunk["usage"].is(json_kind::object) && !says_more(chunk);
  if (tokens.basis == usage_basis::none && !alone) return;
  event& made = add(event_kind::reported);
  made.tokens = tokens;
  made.usage_only = alone;
}

// The document goes with the next parse, on this thread any stream's; so the text is copied. All texts of a block are parts of its
// data, which escapes only lengthen: the room reserved is enough.
std::string_view chunk_reader::kept(std::string_view text) {
  const std::size_t from = texts_.size();
  texts_ += text;
  return std::string_view(texts_).substr(from);
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
