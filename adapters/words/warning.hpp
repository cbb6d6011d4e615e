#pragma once
/// What a translation dropped or changed: told to the client in `x-sallyport-warning`, one header each, as `severity;field;reason`.

#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport {

enum class severity : std::uint8_t {
  info,   ///< the answer is what was asked for; something beside it was left out (a cache mark, a tag)
  warn,   ///< the answer may differ from what was asked for
};

constexpr std::string_view name_of(severity how) { return how == severity::info ? "info" : "warn"; }

struct warning {
  severity how = severity::warn;
  std::string field;    ///< as in frequency_penalty, messages.content.cache_control
  std::string reason;   ///< one clause, as in "anthropic_messages has none"; no quotes, no semicolons
  bool operator==(const warning&) const = default;
};

inline std::string written(const warning& one) { return std::string(name_of(one.how)) + ";" + one.field + ";" + one.reason; }

}  // namespace sallyport
