#include "config/privacy_keys.hpp"

#include "adapters/words/header_list.hpp"
#include "config/detector_names.hpp"
#include "config/nearest.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace sallyport::config {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t patterns_max = 64;
constexpr std::size_t regex_bytes_max = 4096;

value_kind<std::string> name_of_header() {
  auto kind = line_of_text(64);
  const auto read_line = kind.read;
  kind.read = [read_line](const scalar& from) -> parsed<std::string> {
    auto name = read_line(from);
    if (name && !is_token(*name)) return complaint{"is not a header name (RFC 9110: letters, digits and hyphens)"};
    return name;
  };
  return kind;
}

value_kind<std::string> action_name() {
  auto kind = one_of({"raise", "refuse"}, "raise or refuse");
  const auto read_word = kind.read;
  kind.read = [read_word](const scalar& from) -> parsed<std::string> {
    if (from.text == "redact") return complaint{"action redact is not implemented yet in this version; write raise or refuse"};
    return read_word(from);
  };
  return kind;
}

std::vector<std::string> names_of_detectors() {
  std::vector<std::string> names;
  for (const auto& one : detector_names) names.emplace_back(one.name);
  return names;
}

std::string listed_detectors() {
  std::string listed;
  for (const auto& name : names_of_detectors()) listed += (listed.empty() ? "" : ", ") + name;
  return listed;
}

/// RE2 says what is wrong with an expression in its own words.
value_kind<std::string> regular_expression() {
  auto kind = line_of_text(regex_bytes_max);
  kind.word = "regular expression (RE2)";
  const auto read_line = kind.read;
  kind.read = [read_line](const scalar& from) -> parsed<std::string> {
    auto text = read_line(from);
    if (!text) return text;
    if (from.filled) return complaint{"takes no ${...}: a pattern is written out"};
    const re2::RE2 compiled(*text, re2::RE2::Quiet);
    if (!compiled.ok()) return complaint{"is not a regular expression (" + compiled.error() + ")"};
    if (re2::RE2::FullMatch("", compiled)) return complaint{"matches the empty text, and so every call"};
    return text;
  };
  return kind;
}

section<pattern_draft> pattern_keys() {
  using p = pattern_draft;
  return {
      required(value_key("name", &p::name, line_of_text(64), "", "What refusals, metrics and explain call it."), "is missing; write name: NAME"),
      required(value_key("regex", &p::regex, regular_expression(), "", "What it finds, in RE2's language, at most 4,096 bytes; in quotes."),
               "is missing; write regex: 'EXPRESSION'"),
  };
}

void check_detectors(const cursor& at, const privacy_draft& from) {
  for (auto one = from.detect.begin(); one != from.detect.end(); ++one)
    if (std::any_of(from.detect.begin(), one, [&](const auto& before) { return before.value == one->value; })) one->at.refuse("stands twice in this list");
  if (from.patterns.size() > patterns_max) at.below("patterns").refuse("holds more than 64 patterns");
  for (auto one = from.patterns.begin(); one != from.patterns.end(); ++one) {
    const auto& name = one->value.name;
    if (name.empty()) continue;   // said already
    if (const auto wrong = plain_name(name)) one->at.below("name").refuse(*wrong);
    const auto is_it = [&](const auto& before) { return before.value.name == name; };
    if (detector_named(name)) one->at.below("name").refuse(in_quotes(name) + " is a built-in detector; give this one another name");
    else if (std::any_of(from.patterns.begin(), one, is_it)) one->at.below("name").refuse("another pattern has the name " + in_quotes(name));
  }
}

/// What says how detectors work, where none is asked for, would say nothing.
void check_use(const cursor& at, const privacy_draft& from) {
  if (!from.detect.empty() || !from.patterns.empty()) return;
  for (const char* key : {"action", "raise_to", "unscanned", "scan_limit", "scan_timeout"})
    if (at.has(key)) at.below(key).refuse("says how detectors work, and there are none; add detect or patterns, or remove the key");
}

}  // namespace

section<privacy_draft> privacy_keys() {
  using p = privacy_draft;
  return {
      list_key("detect", &p::detect, one_of(names_of_detectors(), "detector"),
               "Detectors that look through the text of every call: " + listed_detectors() + ". What each finds and does not: docs/detectors.md."),
      sections_key("patterns", &p::patterns, pattern_keys(), "Detectors of your own."),
      value_key("action", &p::action, action_name(), "raise",
                "What a find does: raise the call's data class, or refuse the call with 403."),
      value_key("raise_to", &p::raise_to, class_of_data(), "restricted", "The class that a find raises a call to."),
      value_key("unscanned", &p::unscanned, class_of_data(), "restricted",
                "The least class of a call that could not be looked through whole: too much text, too little time, a prompt of tokens."),
      value_key("scan_limit", &p::scan_limit, byte_size(1024, 64u << 20), "4MiB", "How much text of one call is looked through."),
      value_key("scan_timeout", &p::scan_timeout, duration(1ms, 10s), "100ms", "How long that may take."),
      value_key("attachments", &p::attachments, class_of_data(), "",
                "The least data class of a call with images, files or sound, which nobody looks into. Default: public."),
      value_key("session_header", &p::session_header, name_of_header(), "x-sallyport-session",
                "The request header that names a conversation: once a call of it had a class, no later one of the same team has a lower one."),
      value_key("session_memory", &p::session_memory, duration(1min, 24h * 30), "24h",
                "How long at least that is remembered after the last such call; over a restart too."),
  };
}

privacy_settings made_privacy(const cursor& at, const privacy_draft& from) {
  check_detectors(at, from);
  check_use(at, from);
  privacy_settings made;
  for (const auto& one : from.detect) made.detect.push_back(one.value);
  for (const auto& one : from.patterns) made.patterns.push_back({one.value.name, one.value.regex});
  if (from.action == "refuse") made.action = found_data::refuse;
  made.raise_to = from.raise_to.value_or(made.raise_to);
  made.unscanned = from.unscanned.value_or(made.unscanned);
  made.attachments = from.attachments.value_or(made.attachments);
  if (from.scan_limit > 0) made.scan_limit = from.scan_limit;
  if (from.scan_timeout > 0ms) made.scan_timeout = from.scan_timeout;
  if (!from.session_header.empty()) made.session_header = from.session_header;
  if (from.session_memory > 0ms) made.session_memory = from.session_memory;
  return made;
}

}  // namespace sallyport::config
