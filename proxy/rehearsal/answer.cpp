#include "proxy/rehearsal/answer.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sallyport::rehearsal {
namespace {

constexpr std::size_t words_echoed_max = 64;
constexpr std::int64_t cache_block = 16;  // vendors count cached tokens in blocks

/// Splits a text into tokens that keep the blank before them, so that their concatenation is the text.
std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t next = std::min(text.find(' ', at + 1), text.size());
    tokens.emplace_back(text.substr(at, next - at));
    at = next;
  }
  return tokens;
}

/// Pieces of a text that must come out whole, as JSON: four bytes each, never inside a UTF-8 sequence.
std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    std::size_t size = std::min<std::size_t>(4, text.size());
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0u) == 0x80u) ++size;
    pieces.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return pieces;
}

/// splitmix64: the next of a sequence that depends on the seed alone.
std::uint64_t next_random(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15u;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
  return mixed ^ (mixed >> 31);
}

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return hash;
}

std::string finish_of(const question& asked, const conduct& in_force, bool was_shortened) {
  if (in_force.has(fault_kind::finish_filtered)) return "content_filter";
  if (was_shortened || in_force.has(fault_kind::finish_length)) return "length";
  return asked.tool && !asked.tool->forced_by_name ? "tool_calls" : "stop";
}

/// As an engine does that is given the beginning of its answer: says what comes behind as many tokens as that has.
std::vector<std::string> gone_on(std::vector<std::string> tokens, const question& asked, const conduct& in_force) {
  const auto begun = tokens_of(asked.begun);
  tokens.erase(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(std::min(begun.size(), tokens.size())));
  if (in_force.has(fault_kind::echo_prefill)) tokens.insert(tokens.begin(), begun.begin(), begun.end());
  return tokens;
}

std::vector<std::string> said(const question& asked, const conduct& in_force, const character& who) {
  if (asked.tool) return pieces_of(asked.tool->arguments);
  if (asked.json_answer) return pieces_of(*asked.json_answer);
  if (in_force.has(fault_kind::refusal)) return tokens_of("I will not rehearse that.");
  const auto length = in_force.has(fault_kind::tokens) ? std::optional(in_force.value(fault_kind::tokens)) : std::nullopt;
  return gone_on(spoken_tokens(who.name, asked.last_text, length), asked, in_force);
}

}  // namespace

std::string answer::text() const {
  std::string whole;
  for (const std::string& token : tokens) whole += token;
  return whole;
}

std::vector<std::string> spoken_tokens(std::string_view speaker, std::string_view last_text, std::optional<std::int64_t> length) {
  // The accent and the cup make sure that every answer has UTF-8 to be split.
  const std::string greeting = "This is " + std::string(speaker) + ", a rehearsal model at the Sallyport café ☕, and you said:";
  std::vector<std::string> tokens = tokens_of(greeting);
  for (std::string& word : tokens_of(last_text)) {
    if (tokens.size() >= words_echoed_max) break;
    tokens.push_back(word.front() != ' ' ? " " + word : std::move(word));
  }
  if (!length) return tokens;
  const auto wanted = static_cast<std::size_t>(*length);
  while (tokens.size() < wanted) tokens.push_back(" w" + std::to_string(tokens.size() + 1));
  tokens.resize(wanted);
  return tokens;
}

answer compose(const question& asked, const conduct& in_force, const character& who) {
  answer made;
  made.tokens = said(asked, in_force, who);
  if (in_force.has(fault_kind::reasoning) && asked.asks == operation::chat_completions)
    for (std::int64_t i = 1; i <= in_force.value(fault_kind::reasoning); ++i) made.reasoning.push_back(" thought" + std::to_string(i));
  const bool is_shortened = asked.max_tokens && static_cast<std::int64_t>(made.tokens.size()) > *asked.max_tokens;
  if (is_shortened) made.tokens.resize(static_cast<std::size_t>(*asked.max_tokens));
  if (in_force.has(fault_kind::huge_event) && !made.tokens.empty())
    made.tokens.back().append(static_cast<std::size_t>(in_force.value(fault_kind::huge_event)), 'x');
  made.is_refusal = in_force.has(fault_kind::refusal) && !asked.tool && !asked.json_answer;
  made.finish = finish_of(asked, in_force, is_shortened);
  made.cached_tokens = asked.prompt_tokens / 2 / cache_block * cache_block;
  made.completion_tokens = static_cast<std::int64_t>(made.tokens.size() + made.reasoning.size()) * asked.choices;
  return made;
}

std::vector<float> embedding_of(std::string_view text, int dimensions) {
  std::vector<float> vector(static_cast<std::size_t>(dimensions));
  std::uint64_t state = fnv1a(text);
  double square_sum = 0;
  for (float& one : vector) {
    one = static_cast<float>(static_cast<double>(next_random(state) >> 11) / 4503599627370496.0 - 1.0);  // 2^52: in [-1, 1)
    square_sum += static_cast<double>(one) * one;
  }
  for (float& one : vector) one = static_cast<float>(one / std::sqrt(square_sum));
  return vector;
}

std::string base64_of(const std::vector<float>& vector) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::uint8_t> bytes;
  for (const float one : vector)
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(std::bit_cast<std::uint32_t>(one) >> shift));
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < left ? bytes[at + i] : 0u);
    for (std::size_t i = 0; i < 4; ++i) text += i <= left ? letters[group >> (18 - 6 * i) & 63u] : '=';
  }
  return text;
}

}  // namespace sallyport::rehearsal
