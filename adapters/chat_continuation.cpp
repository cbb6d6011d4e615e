#include "adapters/chat_continuation.hpp"

#include "adapters/stop_seam.hpp"
#include "adapters/token_estimate.hpp"

#include <algorithm>

namespace sallyport {
namespace {

bool has_free_form(const chat& said) {
  const bool is_text = said.format.kind == format_kind::unset || said.format.kind == format_kind::text;
  const bool is_forced = said.choice.use == tool_use::required || said.choice.use == tool_use::named;
  return is_text && !is_forced && !said.how.logprobs && said.how.choices == 1;
}

}  // namespace

std::optional<chat> going_on(chat said, continuation how, std::string_view delivered) {
  const auto given = given_part(delivered);
  if (!gives_text(how) || given.empty() || !has_free_form(said)) return std::nullopt;
  if (said.messages.empty() || said.messages.back().from == role::assistant) return std::nullopt;
  const auto& stops = said.how.stop;
  if (std::any_of(stops.begin(), stops.end(), [&](const std::string& one) { return ends_inside(delivered, one); })) return std::nullopt;
  part beginning;
  beginning.text = given;
  said.messages.push_back({.from = role::assistant, .parts = {std::move(beginning)}, .name = {}});
  if (said.max_tokens) said.max_tokens = std::max<std::int64_t>(*said.max_tokens - estimate_tokens(given.size()), 1);
  said.goes_on = how;
  return said;
}

}  // namespace sallyport
