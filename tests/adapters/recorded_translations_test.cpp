// Every recorded reply of a chat, as a client of each dialect is told it: read by the provider's dialect, written by the client's, and read
// back by Boost.JSON. It has to say what an independent reading of the recording says.

#include "tests/support/corpora.hpp"
#include "tests/support/plain_json.hpp"
#include "tests/support/recorded_chats.hpp"
#include "tests/support/reply_words.hpp"
#include "tests/support/translated_reply.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

constexpr dialect_id all_dialects[] = {dialect_id::openai_chat, dialect_id::openai_responses, dialect_id::anthropic_messages};

std::string one_write(const call& asked, const recording& one) {
  return stream_for(asked, one, [&] { return one.reply.size(); });
}

bool is_error_body(dialect_id client, const std::string& body) {
  const json::value read = parsed(body);
  const json::value* error = member(read, "error");
  if (!error || text_at(*error, "message").empty()) return false;
  return client != dialect_id::anthropic_messages || (text_at(read, "type") == "error" && !text_at(*error, "type").empty());
}

// Whom the status blames; nobody in particular where providers use it for more than one, as the words beside it show.
std::optional<fault> blamed_by(int status, const std::string& words) {
  if (status == 400 && words.find("API key") != std::string::npos) return fault::credential;
  if (status == 400 && words.find("model_not_found") != std::string::npos) return fault::configuration;
  if (status == 401 || status == 402 || status == 403) return fault::credential;
  if (status == 400 || status == 413 || status == 422) return fault::client;
  if (status >= 500) return fault::deployment;
  return std::nullopt;
}

}  // namespace

TEST_CASE("each recorded stream of a chat says the same to a client of each dialect, however it is cut") {
  if (!fixtures()) return say_skipped("no fixtures: recorded streams, translated");
  int all = 0;
  for (const recording& one : recorded_chats()) {
    if (!is_stream(one)) continue;
    const reply_words said = words_of_stream(one.dialect, one.reply);
    if (said.choices > 1) continue;   // asked for by n, which is refused between dialects
    for (const dialect_id client : all_dialects) {
      CAPTURE(one.name);
      CAPTURE(name_of(client));
      const call asked = asked_by(client, one);
      const std::string whole = one_write(asked, one);
      if (client == one.dialect) {
        CHECK(whole == one.reply);
        continue;
      }
      const std::string apart = differences(as_told_to(client, said), words_of_stream(client, whole));
      CHECK_MESSAGE(apart.empty(), one.name, " to ", name_of(client), "\n", apart);
      CHECK(stream_for(asked, one, [] { return std::size_t{1}; }) == whole);
      for (unsigned seed : {1u, 2u, 3u}) {
        std::mt19937 dice(seed);
        CHECK(stream_for(asked, one, [&] { return std::size_t{1} + dice() % 700; }) == whole);
      }
      ++all;
    }
  }
  MESSAGE("streams translated: " << all);
  CHECK(all >= 250);
}

TEST_CASE("each recorded answer of a chat says the same to a client of each dialect") {
  if (!fixtures()) return say_skipped("no fixtures: recorded answers, translated");
  int all = 0, failures = 0;
  for (const recording& one : recorded_chats()) {
    if (!is_answer(one)) continue;
    const reply_words said = words_of_answer(one.dialect, one.reply);
    if (said.choices > 1) continue;
    for (const dialect_id client : all_dialects) {
      CAPTURE(one.name);
      CAPTURE(name_of(client));
      const auto told = answer_for(asked_by(client, one), one);
      CHECK(told.has_error() == said.failed);
      if (told.has_error()) {
        CHECK(is_error_body(client, dialect_of(client).write_failure(told.error())));
        ++failures;
      } else if (client == one.dialect) {
        CHECK(*told == one.reply);
      } else {
        const std::string apart = differences(as_told_to(client, said), words_of_answer(client, *told));
        CHECK_MESSAGE(apart.empty(), one.name, " to ", name_of(client), "\n", apart);
        ++all;
      }
    }
  }
  MESSAGE("answers translated: " << all << ", errors inside of a good reply: " << failures);
  CHECK(all >= 400);
}

TEST_CASE("each recorded refusal of a chat is blamed as its status says, and is an error to a client of each dialect") {
  if (!fixtures()) return say_skipped("no fixtures: recorded refusals, translated");
  int all = 0;
  std::map<std::string, int> kinds;
  for (const recording& one : recorded_chats()) {
    if (one.status < 300) continue;
    CAPTURE(one.name);
    const failure why = dialect_of(one.dialect).read_failure(one.status, one.headers, one.reply, {});
    CAPTURE(why.name());
    if (const auto whose = blamed_by(one.status, one.reply)) CHECK(why.whose() == *whose);
    if (one.status == 404) CHECK((why.whose() == fault::configuration || why.whose() == fault::client));
    if (one.status == 429) CHECK((why.kind == failure_kind::rate_limited || why.kind == failure_kind::quota_exhausted));
    for (const dialect_id client : all_dialects) {
      const std::string body = dialect_of(client).write_failure(why);
      CHECK_MESSAGE((client == one.dialect || is_error_body(client, body)), name_of(client), " ", body);
      const std::string inside = dialect_of(client).write_stream(call{}, {}, {})->write({.kind = event_kind::failed, .why = why});
      CHECK_MESSAGE(words_of_stream(client, inside).failed, name_of(client), " ", inside);
      ++all;
    }
    ++kinds[std::to_string(one.status) + " " + std::string(why.name())];
  }
  for (const auto& [kind, count] : kinds) MESSAGE(count << " x " << kind);
  MESSAGE("refusals told: " << all);
  CHECK(all >= 100);
}
