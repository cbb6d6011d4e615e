#include "proxy/policy/privacy/own_patterns.hpp"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>

namespace sallyport::policy::privacy {
namespace {

constexpr std::int64_t pattern_memory = 1 << 20;   // of one pattern's program, when it is checked
constexpr std::int64_t set_memory = 16 << 20;      // of all patterns' program and states together, in one generation

RE2::Options options_with(std::int64_t memory) {
  RE2::Options options;
  options.set_max_mem(memory);
  options.set_log_errors(false);
  options.set_never_capture(true);
  return options;
}

std::string problem_of(const own_pattern& one) {
  if (one.regex.size() > own_pattern_bytes_max) return "is longer than " + std::to_string(own_pattern_bytes_max) + " bytes";
  const RE2 alone(one.regex, options_with(pattern_memory));
  if (!alone.ok()) return "is no regular expression of RE2: " + alone.error();
  if (RE2::PartialMatch("", alone)) return "matches the empty text, so it would be found everywhere";
  return {};
}

failure refused(std::string_view name, std::string_view problem) {
  return fail_with(failure_kind::invalid_request, "The pattern '" + std::string(name) + "' " + std::string(problem) + ".");
}

// The text may be cut between characters only: RE2 would not see the halves.
std::size_t character_begin(std::string_view text, std::size_t at) {
  constexpr std::size_t character_max = 4;
  for (std::size_t back = 0; back < character_max && at > 0; ++back, --at)
    if (at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80) break;
  return at;
}

}  // namespace

struct own_patterns::machine {
  machine() : set(options_with(set_memory), RE2::UNANCHORED) {}
  RE2::Set set;
};

own_patterns::own_patterns(std::unique_ptr<machine> made) : machine_(std::move(made)) {}
own_patterns::own_patterns(own_patterns&&) noexcept = default;
own_patterns& own_patterns::operator=(own_patterns&&) noexcept = default;
own_patterns::~own_patterns() = default;

result<own_patterns> own_patterns::make(const std::vector<own_pattern>& all) {
  if (all.empty()) return own_patterns(nullptr);
  if (all.size() > own_patterns_max)
    return refused(all[own_patterns_max].name, "is one too many: there may be " + std::to_string(own_patterns_max));
  auto made = std::make_unique<machine>();
  for (const auto& one : all) {
    if (const auto problem = problem_of(one); !problem.empty()) return refused(one.name, problem);
    if (made->set.Add(one.regex, nullptr) < 0) return refused(one.name, "is no regular expression of RE2");
  }
  if (!made->set.Compile()) return refused(all.back().name, "makes all patterns together too large");
  return own_patterns(std::move(made));
}

scan_gap own_patterns::scan(std::string_view text, pace& left, std::vector<bool>& found) const {
  if (!machine_) return scan_gap::none;
  std::vector<int> matched;
  for (std::size_t at = 0; at < text.size(); at += own_window_bytes) {
    const auto begin = character_begin(text, at > own_match_bytes_max ? at - own_match_bytes_max : 0);
    const auto end = character_begin(text, std::min(text.size(), at + own_window_bytes));
    // Counted so that a whole window asks.
    if (!left.may_go_on((end - begin) * (scan_block / own_window_bytes))) return scan_gap::expired;
    RE2::Set::ErrorInfo error{};
    matched.clear();
    if (machine_->set.Match(re2::StringPiece(text.data() + begin, end - begin), &matched, &error)) {
      for (const int which : matched) found[static_cast<std::size_t>(which)] = true;
    } else if (error.kind != RE2::Set::kNoError) {
      return scan_gap::out_of_memory;
    }
  }
  return scan_gap::none;
}

}  // namespace sallyport::policy::privacy
