#include "proxy/stages/leg_request.hpp"

#include "adapters/chat_continuation.hpp"

namespace sallyport::stages {
namespace {

leg_request leg_to(const call& asked, const config::deployment& to) {
  leg_request made;
  const auto speaks = to.at->spoken_for(asked.dialect);
  made.spoken = &dialect_of(speaks);
  made.is_translated = speaks != asked.dialect;
  return made;
}

failure cannot_be_asked(operation what, const config::deployment& to) {
  return fail_with(failure_kind::not_supported, "No deployment of this model serves " + std::string(name_of(what)) + ".",
                   std::string(to.name));
}

result<leg_request> translated(leg_request made, const chat& said, const config::deployment& to) {
  auto written = made.spoken->write_chat(said, {.model = to.model, .of_provider = to.at->quirks, .origin = to.at->name});
  if (written.has_error()) return std::move(written).error();
  made.written = std::move(*written);
  return made;
}

/// The call without state that is another provider's; nothing where all of it may go.
std::optional<call> for_this_provider(const call& asked, const leg_request& leg, const state_rule& states) {
  if (leg.is_translated || !states) return std::nullopt;
  auto body = leg.spoken->without_state(asked, states);
  if (!body) return std::nullopt;
  auto read = leg.spoken->read_call(asked.asks, std::move(*body));
  return read.has_error() ? std::nullopt : std::optional(std::move(*read));
}

}  // namespace

result<leg_request> write_leg(const call& asked, const config::deployment& to, const state_rule& states) {
  auto made = leg_to(asked, to);
  if (!made.spoken->serves(asked.asks) || (made.is_translated && asked.asks != operation::chat_completions)) return cannot_be_asked(asked.asks, to);
  if (!made.is_translated) {
    const auto edited = for_this_provider(asked, made, states);
    made.written = made.spoken->write_request(edited ? *edited : asked, to.model, to.at->quirks);
    return made;
  }
  const auto said = dialect_of(asked.dialect).read_chat(asked);
  if (said.has_error()) return said.error();
  return translated(std::move(made), *said, to);
}

result<leg_request> write_rest(const call& asked, const config::deployment& to, continuation how, std::string_view delivered,
                               const state_rule& states) {
  auto made = leg_to(asked, to);
  const auto edited = for_this_provider(asked, made, states);
  const call& sent = edited ? *edited : asked;
  if (made.is_translated && gives_text(how)) {
    auto said = dialect_of(asked.dialect).read_chat(asked);
    if (said.has_error()) return said.error();
    if (auto rest = going_on(std::move(*said), how, delivered)) {
      auto given = translated(std::move(made), *rest, to);
      if (given) given->by = how;
      return given;
    }
  } else if (auto given = made.is_translated ? std::nullopt : made.spoken->write_continuation(sent, to.model, to.at->quirks, how, delivered)) {
    made.written = std::move(*given);
    made.by = how;
    return made;
  }
  auto anew = write_leg(asked, to, states);
  if (anew) anew->by = continuation::replay;
  return anew;
}

}  // namespace sallyport::stages
