#include "tests/support/translated_request.hpp"

#include "adapters/dialect.hpp"
#include "tests/support/request_words.hpp"

namespace sallyport::tests {
namespace {

// What is carried depends on the model.
std::string_view a_model_of(dialect_id provider) { return provider == dialect_id::anthropic_messages ? "claude-sonnet-4-5" : "gpt-5"; }

sent_request not_sent(const failure& why) {
  const bool names_it = why.kind == failure_kind::not_supported || why.kind == failure_kind::invalid_request;
  return {names_it && !why.param.empty() ? carriage::refused : carriage::failed, {}, why.param,
          std::string(why.name()) + ": " + std::string(why.client_sentence())};
}

sent_request judged(const recording& one, dialect_id provider, provider_request sent) {
  std::vector<std::string> told;
  for (const warning& each : sent.warnings) told.push_back(each.field);
  sent_request made{sent.warnings.empty() ? carriage::whole : carriage::told, std::move(sent.warnings), {}, {}};
  made.reason = lost(words_of_request(one.dialect, one.request), words_of_request(provider, sent.body), told);
  if (!made.reason.empty()) made.is = carriage::failed;
  return made;
}

}  // namespace

sent_request sent_to(dialect_id provider, const recording& one) {
  const dialect& spoken = dialect_of(one.dialect);
  const auto asked = spoken.read_call(operation::chat_completions, one.request);
  if (asked.has_error()) return not_sent(asked.error());
  const auto said = spoken.read_chat(*asked);
  if (said.has_error()) return not_sent(said.error());
  const quirks none;
  auto sent = dialect_of(provider).write_chat(*said, {a_model_of(provider), none, "another"});
  return sent.has_error() ? not_sent(sent.error()) : judged(one, provider, *std::move(sent));
}

}  // namespace sallyport::tests
