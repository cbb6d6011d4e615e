#include "tests/support/translation_tables.hpp"

#include "tests/support/reply_words.hpp"
#include "tests/support/translated_reply.hpp"
#include "tests/support/translated_request.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace sallyport::tests {
namespace {

constexpr std::array<dialect_id, 3> all_dialects{dialect_id::openai_chat, dialect_id::openai_responses, dialect_id::anthropic_messages};

using pair_of_dialects = std::pair<dialect_id, dialect_id>;   // of the request's to the provider's, of the reply's to the client's

std::array<dialect_id, 2> others_of(dialect_id one) {
  std::array<dialect_id, 2> made{};
  std::copy_if(all_dialects.begin(), all_dialects.end(), made.begin(), [&](dialect_id each) { return each != one; });
  return made;
}

std::string quoted(dialect_id one) { return "`" + std::string(name_of(one)) + "`"; }
std::string named(const pair_of_dialects& pair) { return quoted(pair.first) + " to " + quoted(pair.second); }

// ---- counting ----

struct carriage_counts {
  std::array<int, 4> by{};
  int& operator[](carriage which) { return by[static_cast<std::size_t>(which)]; }
  std::string cells() const {
    std::string made;
    for (const int count : by) made += " " + std::to_string(count) + " |";
    return made;
  }
};

struct reply_counts {
  int answers = 0, streams = 0, failures = 0, refusals = 0, wrong = 0;
  std::string cells() const {
    std::string made;
    for (const int count : {answers, streams, failures, refusals, wrong}) made += " " + std::to_string(count) + " |";
    return made;
  }
};

struct tally {
  std::map<pair_of_dialects, carriage_counts> requests;
  std::map<std::pair<std::string, pair_of_dialects>, carriage_counts> requests_by_group;   ///< provider and group
  std::map<std::string, int> warned, refused;
  std::map<pair_of_dialects, reply_counts> replies;
  std::map<std::pair<std::string, pair_of_dialects>, reply_counts> replies_by_provider;
  std::map<std::string, int> beside;
  int without_request = 0, without_reply = 0, with_choices = 0;
};

// Of `messages[3].content[1].type` what does not differ from one request to the next.
std::string without_places(const std::string& field) {
  std::string made;
  bool inside = false;
  for (const char one : field) {
    inside = one == '[' || (inside && one != ']');
    if (!inside && one != ']') made += one;
  }
  return made;
}

void count_request(const recording& one, tally& into) {
  if (!has_request(one)) return void(++into.without_request);
  for (const dialect_id provider : others_of(one.dialect)) {
    const pair_of_dialects pair{one.dialect, provider};
    const sent_request sent = sent_to(provider, one);
    ++into.requests[pair][sent.is];
    ++into.requests_by_group[{one.provider + " | " + one.group, pair}][sent.is];
    for (const warning& each : sent.warnings)
      ++into.warned[named(pair) + " | " + std::string(name_of(each.how)) + " | `" + each.field + "`: " + each.reason];
    if (sent.is == carriage::refused) ++into.refused[named(pair) + " | `" + without_places(sent.field) + "`"];
  }
}

bool says_the_same(const recording& one, dialect_id client, const reply_words& said) {
  const call asked = asked_by(client, one);
  if (one.stream) {
    const std::string told = stream_for(asked, one, [&] { return one.reply.size(); });
    return differences(as_told_to(client, said), words_of_stream(client, told)).empty();
  }
  const auto told = answer_for(asked, one);
  return told.has_error() ? said.failed : differences(as_told_to(client, said), words_of_answer(client, *told)).empty();
}

void count_reply(const recording& one, tally& into) {
  if (one.reply.empty()) return void(++into.without_reply);
  const bool is_refusal = one.status >= 300;
  reply_words said;
  if (!is_refusal) said = one.stream ? words_of_stream(one.dialect, one.reply) : words_of_answer(one.dialect, one.reply);
  if (said.choices > 1) return void(++into.with_choices);
  for (const std::string& name : said.beside) ++into.beside[std::string(name_of(one.dialect)) + "` | `" + name];
  for (const dialect_id client : others_of(one.dialect)) {
    const pair_of_dialects pair{one.dialect, client};
    const bool same = is_refusal || says_the_same(one, client, said);
    int reply_counts::*place = one.stream ? &reply_counts::streams : &reply_counts::answers;
    if (is_refusal || said.failed) place = is_refusal ? &reply_counts::refusals : &reply_counts::failures;
    if (!same) place = &reply_counts::wrong;
    ++(into.replies[pair].*place);
    ++(into.replies_by_provider[{one.provider, pair}].*place);
  }
}

// ---- the page ----

constexpr std::string_view carriage_head = " carried | with a warning | refused | failed |\n";
constexpr std::string_view reply_head = " answers | streams | broken streams and errors inside of a good reply | refusals | failed |\n";

std::string rule(int columns) {
  std::string made = "|";
  while (columns-- > 0) made += "---|";
  return made + "\n";
}

std::string request_tables(const tally& all) {
  std::string made = "| of a client's to a provider's |" + std::string(carriage_head) + rule(5);
  for (const auto& [pair, counts] : all.requests) made += "| " + named(pair) + " |" + counts.cells() + "\n";
  return made;
}

std::string request_tables_by_group(const tally& all) {
  std::string made = "| recorded at | case | to |" + std::string(carriage_head) + rule(7);
  for (const auto& [key, counts] : all.requests_by_group)
    made += "| " + key.first + " | " + quoted(key.second.second) + " |" + counts.cells() + "\n";
  return made;
}

std::string reply_tables(const tally& all) {
  std::string made = "| of a provider's to a client's |" + std::string(reply_head) + rule(6);
  for (const auto& [pair, counts] : all.replies) made += "| " + named(pair) + " |" + counts.cells() + "\n";
  return made;
}

std::string reply_tables_by_provider(const tally& all) {
  std::string made = "| recorded at | of | to |" + std::string(reply_head) + rule(8);
  for (const auto& [key, counts] : all.replies_by_provider)
    made += "| " + key.first + " | " + quoted(key.second.first) + " | " + quoted(key.second.second) + " |" + counts.cells() + "\n";
  return made;
}

std::string list_of(const std::map<std::string, int>& counted, std::string_view before = {}, std::string_view behind = {}) {
  std::string made;
  for (const auto& [what, count] : counted) {
    made.append("| ").append(before).append(what).append(behind);
    made.append(" | ").append(std::to_string(count)).append(" |\n");
  }
  return made;
}

tally counted(const std::vector<recording>& all) {
  tally made;
  for (const recording& one : all) {
    count_request(one, made);
    count_reply(one, made);
  }
  return made;
}

}  // namespace

std::string translation_page(const std::vector<recording>& all) {
  const tally counts = counted(all);
  std::string made = R"(# Translations, by recordings

What becomes of recorded exchanges with providers when client and provider speak two dialects. Made and compared by the tests
(`tests/adapters/recorded_requests_test.cpp`, `recorded_translations_test.cpp`) from the recordings that `SALLYPORT_FIXTURES` names:

    SALLYPORT_WRITE_TABLES=1 build/dev/tests/adapters/adapters_test -tc='the page of translations*'

)";
  made += std::to_string(all.size()) + " recordings ask for a chat. " + std::to_string(counts.without_request) +
          " lack the request, " + std::to_string(counts.without_reply) + " the reply; " + std::to_string(counts.with_choices) +
          " replies have several choices, which is refused between dialects.\n";
  made += R"(
## Requests

Each is read by its own dialect and written in the two others, to `claude-sonnet-4-5` at Anthropic and to `gpt-5` elsewhere.

- Carried: text, images, files, tools, calls and results, limits and formats are those of the request, by a reading of both that shares nothing
  with the dialects.
- With a warning: the same, but for what `x-sallyport-warning` names.
- Refused: with the name of a field that the other dialect has no word for, or that is wrong in itself.
- Failed: anything else.

)" + request_tables(counts) + "\n" + request_tables_by_group(counts);
  made += R"(
### What is not carried

Warnings. `info`: the answer is what was asked for; `warn`: it may differ.

| of a client's to a provider's | severity | field and reason | requests |
|---|---|---|---|
)" + list_of(counts.warned) + R"(
Refusals. `messages.content` of `openai_chat`: sound; to Anthropic of `openai_responses`: files that are no PDF and no text.

| of a client's to a provider's | field | requests |
|---|---|---|
)" + list_of(counts.refused);
  made += R"(
## Replies

Each is read by its provider's dialect and written for clients of the two others. Text, thoughts, refusals, tool calls, the reason of the end
and usage are those of the recording, by a reading of both that shares nothing with the dialects, and by the official clients' own parsers
(`tests/e2e/recorded_replies_test`). Streams say the same however their bytes are cut. A client of the provider's own dialect gets every byte
as it is. A broken stream is one to the client, and a refusal is an error body of its dialect. State that only the provider can read comes
back to it through a client of another dialect (`tests/adapters/recorded_thoughts_test.cpp`).

)" + reply_tables(counts) + "\n" + reply_tables_by_provider(counts);
  made += R"(
### What is not carried

Blocks, items and members that replies hold and clients of another dialect do not get.

| in replies of | what | replies |
|---|---|---|
)" + list_of(counts.beside, "`", "`");
  return made;
}

}  // namespace sallyport::tests
