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

}  // namespace

result<leg_request> write_leg(const call& asked, const config::deployment& to) {
  auto made = leg_to(asked, to);
  if (!made.spoken->serves(asked.asks) || (made.is_translated && asked.asks != operation::chat_completions)) return cannot_be_asked(asked.asks, to);
  if (!made.is_translated) {
    made.written = made.spoken->write_request(asked, to.model, to.at->quirks);
    return made;
  }
  const auto said = dialect_of(asked.dialect).read_chat(asked);
  if (said.has_error()) return said.error();
  return translated(std::move(made), *said, to);
}

result<leg_request> write_rest(const call& asked, const config::deployment& to, continuation how, std::string_view delivered) {
  auto made = leg_to(asked, to);
  if (made.is_translated && gives_text(how)) {
    auto said = dialect_of(asked.dialect).read_chat(asked);
    if (said.has_error()) return said.error();
    if (auto rest = going_on(std::move(*said), how, delivered)) {
      auto given = translated(std::move(made), *rest, to);
      if (given) given->by = how;
      return given;
    }
  } else if (auto given = made.is_translated ? std::nullopt : made.spoken->write_continuation(asked, to.model, to.at->quirks, how, delivered)) {
    made.written = std::move(*given);
    made.by = how;
    return made;
  }
  auto anew = write_leg(asked, to);
  if (anew) anew->by = continuation::replay;
  return anew;
}

}  // namespace sallyport::stages
