// translate_recordings FIXTURES FILE: writes every recorded reply of a chat as clients of the two other dialects are told it, with what it
// has to say: a JSON object a line. For programs that give it to the clients' own parsers.

#include "tests/support/plain_json.hpp"
#include "tests/support/recordings.hpp"
#include "tests/support/reply_words.hpp"
#include "tests/support/translated_reply.hpp"

#include <cstdio>
#include <fstream>

using namespace sallyport;
using namespace sallyport::tests;

namespace {

json::object written(const reply_words& said) {
  json::array calls;
  for (const called_tool& one : said.calls)
    calls.push_back(json::object{{"id", one.id}, {"name", one.name}, {"arguments", one.arguments}, {"is_custom", one.is_custom}});
  json::object tokens{{"input", said.tokens.input},
                      {"cached", said.tokens.cached},
                      {"cache_write", said.tokens.cache_write},
                      {"output", said.tokens.output},
                      {"reasoning", said.tokens.reasoning}};
  return {{"text", said.text},     {"refusal", said.refusal}, {"thoughts", said.thoughts}, {"calls", calls},
          {"finish", said.finish}, {"tokens", tokens},        {"failed", said.failed}};
}

/// Nothing to tell: what is no reply, and what failed before it began.
std::string told(const call& asked, const recording& one) {
  if (one.stream) return stream_for(asked, one, [&] { return one.reply.size(); });
  auto whole = answer_for(asked, one);
  return whole.has_error() ? std::string() : *std::move(whole);
}

void write_one(const recording& one, std::ostream& to) {
  if (one.status >= 300 || one.reply.empty()) return;
  const reply_words said = one.stream ? words_of_stream(one.dialect, one.reply) : words_of_answer(one.dialect, one.reply);
  if (said.choices > 1) return;
  for (std::size_t i = 0; i < dialect_names.size(); ++i) {
    const auto client = static_cast<dialect_id>(i);
    if (client == one.dialect) continue;
    const std::string body = told(asked_by(client, one), one);
    if (body.empty()) continue;
    to << json::serialize(json::object{{"name", one.name},
                                       {"client", name_of(client)},
                                       {"stream", one.stream},
                                       {"body", body},
                                       {"wanted", written(as_told_to(client, said))}})
       << "\n";
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fputs("usage: translate_recordings FIXTURES FILE\n", stderr);
    return 2;
  }
  std::ofstream to(words[2], std::ios::binary);
  for (const recording& one : chat_recordings(words[1])) write_one(one, to);
  to.close();
  return to ? 0 : 1;
}
