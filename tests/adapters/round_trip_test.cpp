// What two dialects both have a place for is the same behind two translations: a chat that is written in one, read, written in the other
// and read again is the chat that it was.

#include "adapters/dialect.hpp"
#include "tests/support/any_chat.hpp"
#include "tests/support/corpora.hpp"
#include "tests/support/seeds.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>
#include <string>

using namespace sallyport;
using tests::carried;
using tests::plain;

namespace {

// As OpenAI itself; for the others they mean nothing.
const quirks of_provider{.takes_max_completion_tokens = true, .takes_developer_role = true};

/// A model of nobody: it has all that its dialect has.
constexpr std::string_view model = "m";

constexpr carried of_chat{.developer = true,
                          .later_system = true,
                          .refusals = true,
                          .image_detail = true,
                          .schema = true,
                          .choice_only = true,
                          .effort = true,
                          .stop = true,
                          .penalties = true,
                          .logprobs = true,
                          .tags = true};
constexpr carried of_responses{.developer = true,
                               .later_system = true,
                               .refusals = true,
                               .image_detail = true,
                               .result_images = true,
                               .schema = true,
                               .choice_only = true,
                               .effort = true,
                               .logprobs = true,
                               .tags = true};
constexpr carried of_anthropic{.result_images = true, .marks = true, .stop = true, .top_k = true};

constexpr carried carried_by(dialect_id which) {
  switch (which) {
    case dialect_id::openai_chat:
      return of_chat;
    case dialect_id::openai_responses:
      return of_responses;
    case dialect_id::anthropic_messages:
      return of_anthropic;
  }
  return {};
}

struct passed {
  result<chat> said;
  std::string body;
};

passed through(dialect_id which, const chat& said) {
  const dialect& speaks = dialect_of(which);
  const auto written = speaks.write_chat(said, {.model = model, .of_provider = of_provider, .origin = "nobody"});
  if (!written) return {written.error(), {}};
  const auto asked = speaks.read_call(operation::chat_completions, written->body);
  if (!asked) return {asked.error(), written->body};
  return {speaks.read_chat(*asked), written->body};
}

void stays_the_same(dialect_id first, dialect_id second) {
  const chat said = plain(tests::any_chat(both(carried_by(first), carried_by(second))));
  const passed once = through(first, said);
  RC_LOG() << name_of(first) << ": " << once.body << "\n" << (once.said ? "" : once.said.error().sentence) << "\n";
  RC_ASSERT(once.said.has_value());
  RC_ASSERT(plain(*once.said) == said);
  const passed twice = through(second, *once.said);
  RC_LOG() << name_of(second) << ": " << twice.body << "\n" << (twice.said ? "" : twice.said.error().sentence) << "\n";
  RC_ASSERT(twice.said.has_value());
  RC_ASSERT(plain(*twice.said) == said);
}

bool writes_chats(dialect_id which) { return !through(which, {}).body.empty(); }

void check_pair(dialect_id first, dialect_id second) {
  if (!writes_chats(first) || !writes_chats(second)) return tests::say_skipped("a dialect that does not write chats yet");
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = static_cast<int>(tests::seed_number("SALLYPORT_ROUND_TRIPS", 1000));
  const rc::detail::TestMetadata about{.id = {}, .description = std::string(name_of(first)) + " -> " + std::string(name_of(second))};
  const auto found = rc::detail::checkTestable([&] { stays_the_same(first, second); }, about, params);
  const bool holds = found.is<rc::detail::SuccessResult>();
  if (!holds) rc::detail::printResultMessage(found, std::cerr);
  CHECK_MESSAGE(holds, about.description);
}

}  // namespace

TEST_CASE("a chat is the same behind openai_chat and anthropic_messages") {
  check_pair(dialect_id::openai_chat, dialect_id::anthropic_messages);
}

TEST_CASE("a chat is the same behind anthropic_messages and openai_chat") {
  check_pair(dialect_id::anthropic_messages, dialect_id::openai_chat);
}

TEST_CASE("a chat is the same behind openai_chat and openai_responses") {
  check_pair(dialect_id::openai_chat, dialect_id::openai_responses);
}

TEST_CASE("a chat is the same behind openai_responses and openai_chat") {
  check_pair(dialect_id::openai_responses, dialect_id::openai_chat);
}

TEST_CASE("a chat is the same behind anthropic_messages and openai_responses") {
  check_pair(dialect_id::anthropic_messages, dialect_id::openai_responses);
}

TEST_CASE("a chat is the same behind openai_responses and anthropic_messages") {
  check_pair(dialect_id::openai_responses, dialect_id::anthropic_messages);
}
