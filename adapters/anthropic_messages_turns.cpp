#include "adapters/anthropic_messages_turns.hpp"

#include <algorithm>
#include <iterator>

namespace sallyport::anthropic_messages {
namespace {

bool instructs(role from) { return from == role::system || from == role::developer; }

bool is_result(const placed_part& one) { return one.what->kind == part_kind::tool_result; }

void put_results_first(std::vector<placed_part>& parts) {
  std::vector<placed_part> rest;
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(rest), [](const placed_part& one) { return !is_result(one); });
  std::erase_if(parts, [](const placed_part& one) { return !is_result(one); });
  parts.insert(parts.end(), rest.begin(), rest.end());
}

std::vector<placed_part> parts_of(const message& one, std::size_t at, const block_writing& how) {
  std::vector<placed_part> made;
  for (std::size_t i = 0; i < one.parts.size(); ++i)
    if (is_written(one.parts[i], how)) made.push_back({&one.parts[i], at, i});
  return made;
}

void append(std::vector<placed_part>& to, std::vector<placed_part> more) { to.insert(to.end(), more.begin(), more.end()); }

void warn_of_message(const message& one, const block_writing& how) {
  if (!one.name.empty()) how.warnings.add(severity::info, "messages.name", "anthropic_messages has none");
  const bool loses_thoughts = std::any_of(one.parts.begin(), one.parts.end(), [&](const part& each) {
    return each.kind == part_kind::reasoning && !is_written(each, how);
  });
  if (loses_thoughts) how.warnings.add(severity::info, "messages.reasoning", "thoughts of another model stay with it");
}

turn& turn_for(std::vector<turn>& turns, bool is_assistant) {
  if (turns.empty() || turns.back().is_assistant != is_assistant) turns.push_back({is_assistant, {}});
  return turns.back();
}

// What stands in for a user's turn where the dialect wants one.
const part& go_on() {
  static const part text = [] {
    part made;
    made.text = ".";
    return made;
  }();
  return text;
}

void begin_with_user(conversation& said, const block_writing& how) {
  if (said.turns.empty() && !said.system.empty()) {
    how.warnings.add(severity::warn, "messages", "the instructions are sent as the user's words since there is no message of a user");
    said.turns.push_back({false, std::move(said.system)});
    said.system.clear();
  } else if (said.turns.empty() || said.turns.front().is_assistant) {
    how.warnings.add(severity::warn, "messages", "a message of a user with a full stop was added at the beginning");
    said.turns.insert(said.turns.begin(), turn{false, {{&go_on(), 0, 0}}});
  }
}

int marks_of(const part& one) {
  int count = one.kind != part_kind::reasoning && one.cached ? 1 : 0;
  for (const part& inside : one.content) count += marks_of(inside);
  return count;
}

int marks_of(const std::vector<placed_part>& parts) {
  int count = 0;
  for (const placed_part& one : parts) count += marks_of(*one.what);
  return count;
}

std::string place_of(const placed_part& one) {
  return "messages[" + std::to_string(one.message) + "].content[" + std::to_string(one.at) + "]";
}

std::string_view without_blanks_at_end(std::string_view text) { return given_part(text); }

/// A text that ends in blanks may not be an answer's beginning.
result<void> write_beginning(const turn& last, const block_writing& how, json_object& to) {
  to.begin_array();
  for (const placed_part& one : last.parts) {
    part trimmed = *one.what;
    const bool is_last = &one == &last.parts.back();
    if (is_last) trimmed.text = without_blanks_at_end(trimmed.text);
    if (!is_written(trimmed, how)) continue;
    if (auto done = write_block(trimmed, place_of(one), how, to); !done) return done;
  }
  to.end_array();
  return {};
}

}  // namespace

conversation conversation_of(const chat& said, const block_writing& how) {
  conversation made;
  bool leading = true;
  for (std::size_t i = 0; i < said.messages.size(); ++i) {
    const message& one = said.messages[i];
    warn_of_message(one, how);
    auto parts = parts_of(one, i, how);
    leading = leading && instructs(one.from);
    if (parts.empty()) continue;
    if (leading) {
      append(made.system, std::move(parts));
      continue;
    }
    if (instructs(one.from)) how.warnings.add(severity::warn, "messages.role", "a later system message is sent as the user's words");
    append(turn_for(made.turns, one.from == role::assistant).parts, std::move(parts));
  }
  for (turn& each : made.turns) put_results_first(each.parts);
  begin_with_user(made, how);
  return made;
}

bool begins_with_thought(const conversation& said) {
  // Only the turn whose calls the last one answers is looked at.
  if (said.turns.size() < 2 || !is_result(said.turns.back().parts.front())) return true;
  const turn& asked = said.turns[said.turns.size() - 2];
  return asked.parts.front().what->kind == part_kind::reasoning;
}

int marks_in(const conversation& said) {
  int count = marks_of(said.system);
  for (const turn& each : said.turns) count += marks_of(each.parts);
  return count;
}

result<void> write_blocks(const std::vector<placed_part>& parts, const block_writing& how, json_object& to) {
  to.begin_array();
  for (const placed_part& one : parts)
    if (auto done = write_block(*one.what, place_of(one), how, to); !done) return done;
  to.end_array();
  return {};
}

result<void> write_turns(const conversation& said, bool ends_open, const block_writing& how, json_object& to) {
  to.begin_array();
  for (const turn& each : said.turns) {
    to.begin_object().member("role", each.is_assistant ? "assistant" : "user").name("content");
    const bool is_beginning = ends_open && &each == &said.turns.back();
    auto done = is_beginning ? write_beginning(each, how, to) : write_blocks(each.parts, how, to);
    if (!done) return done;
    to.end_object();
  }
  to.end_array();
  return {};
}

}  // namespace sallyport::anthropic_messages
