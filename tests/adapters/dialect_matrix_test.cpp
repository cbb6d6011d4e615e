// docs/dialects.md says what becomes of each field between two dialects. Each cell is found out by translating a small call that has it.
// SALLYPORT_REWRITE=1 writes the page anew.

#include "adapters/dialect.hpp"
#include "tests/support/any_chat.hpp"
#include "tests/support/corpora.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace sallyport;

namespace {

constexpr std::size_t dialects = dialect_names.size();
constexpr std::array<dialect_id, dialects> in_order{dialect_id::openai_chat, dialect_id::openai_responses, dialect_id::anthropic_messages};

// The maker of each dialect: others who speak it take less, and their quirks say so.
const quirks of_maker{.takes_max_completion_tokens = true, .takes_developer_role = true, .reasoning_member = "reasoning_details"};
constexpr std::string_view origin = "maker";
constexpr std::string_view model_of(dialect_id which) { return which == dialect_id::anthropic_messages ? "claude-sonnet-4-6" : "m"; }

/// What a client sends: its messages (or items), and other members with a comma before them. Not given: the dialect has no such thing.
struct said {
  std::string messages;
  std::string rest;
  bool is_given = true;
};

const said none{{}, {}, false};

struct row {
  std::string field;
  std::array<said, dialects> by;  ///< in that order
};

const std::string hi = R"({"role":"user","content":"hi"})";

said turns(const std::string& messages) { return {messages, {}}; }
said more(const std::string& rest) { return {hi, "," + rest}; }

/// Something in the content of the user's message.
said chat_part(const std::string& part) { return turns(R"({"role":"user","content":[)" + part + "]}"); }
const auto item_part = chat_part;
const auto block_part = chat_part;

std::vector<row> prompt_rows() {
  const std::string chat_call =
      R"({"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]})";
  const std::string item_call = R"({"type":"function_call","call_id":"call_1","name":"f","arguments":"{\"a\":1}"})";
  const std::string block_call = R"({"role":"assistant","content":[{"type":"tool_use","id":"call_1","name":"f","input":{"a":1}}]})";
  const std::string png = "data:image/png;base64,AAAA", pdf = "data:application/pdf;base64,JVBERi0=";
  const std::string block_png = R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}})";
  return {
      {"text of a user", {turns(hi), turns(hi), turns(hi)}},
      {"several texts in a message",
       {chat_part(R"({"type":"text","text":"a"},{"type":"text","text":"b"})"),
        item_part(R"({"type":"input_text","text":"a"},{"type":"input_text","text":"b"})"),
        block_part(R"({"type":"text","text":"a"},{"type":"text","text":"b"})")}},
      {"system prompt", {turns(R"({"role":"system","content":"s"},)" + hi), more(R"("instructions":"s")"), more(R"("system":"s")")}},
      {"developer message at the beginning",
       {turns(R"({"role":"developer","content":"s"},)" + hi), turns(R"({"role":"developer","content":"s"},)" + hi), none}},
      {"system message between others",
       {turns(hi + R"(,{"role":"system","content":"s"},)" + hi), turns(hi + R"(,{"role":"system","content":"s"},)" + hi),
        turns(hi + R"(,{"role":"system","content":"s"},)" + hi)}},
      {"name of who speaks", {turns(R"({"role":"user","name":"ann","content":"hi"})"), none, none}},
      {"image by address",
       {chat_part(R"({"type":"image_url","image_url":{"url":"https://example.org/a.png"}})"),
        item_part(R"({"type":"input_image","image_url":"https://example.org/a.png"})"),
        block_part(R"({"type":"image","source":{"type":"url","url":"https://example.org/a.png"}})")}},
      {"image as data",
       {chat_part(R"({"type":"image_url","image_url":{"url":")" + png + R"("}})"),
        item_part(R"({"type":"input_image","image_url":")" + png + R"("})"), block_part(block_png)}},
      {"detail of an image",
       {chat_part(R"({"type":"image_url","image_url":{"url":")" + png + R"(","detail":"low"}})"),
        item_part(R"({"type":"input_image","detail":"low","image_url":")" + png + R"("})"), none}},
      {"image by a file's id",
       {none, item_part(R"({"type":"input_image","file_id":"file_1"})"),
        block_part(R"({"type":"image","source":{"type":"file","file_id":"file_1"}})")}},
      {"sound", {chat_part(R"({"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}})"), none, none}},
      {"PDF as data",
       {chat_part(R"({"type":"file","file":{"filename":"a.pdf","file_data":")" + pdf + R"("}})"),
        item_part(R"({"type":"input_file","filename":"a.pdf","file_data":")" + pdf + R"("})"),
        block_part(R"({"type":"document","title":"a.pdf","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}})")}},
      {"plain text as a document",
       {chat_part(R"({"type":"file","file":{"filename":"a.txt","file_data":"data:text/plain;base64,aGk="}})"),
        item_part(R"({"type":"input_file","filename":"a.txt","file_data":"data:text/plain;base64,aGk="})"),
        block_part(R"({"type":"document","title":"a.txt","source":{"type":"text","media_type":"text/plain","data":"hi"}})")}},
      {"file by address",
       {none, item_part(R"({"type":"input_file","file_url":"https://example.org/a.pdf"})"),
        block_part(R"({"type":"document","source":{"type":"url","url":"https://example.org/a.pdf"}})")}},
      {"file by its id",
       {chat_part(R"({"type":"file","file":{"file_id":"file_1"}})"), item_part(R"({"type":"input_file","file_id":"file_1"})"),
        block_part(R"({"type":"document","source":{"type":"file","file_id":"file_1"}})")}},
      {"answer in the history",
       {turns(hi + R"(,{"role":"assistant","content":"a"},)" + hi),
        turns(hi + R"(,{"role":"assistant","content":[{"type":"output_text","text":"a"}]},)" + hi),
        turns(hi + R"(,{"role":"assistant","content":"a"},)" + hi)}},
      {"refusal in the history",
       {turns(hi + R"(,{"role":"assistant","content":null,"refusal":"no"},)" + hi),
        turns(hi + R"(,{"role":"assistant","content":[{"type":"refusal","refusal":"no"}]},)" + hi), none}},
      {"thoughts, back to the provider that had them",
       {turns(
            hi +
            R"(,{"role":"assistant","content":"a","reasoning_content":"t","reasoning_details":[{"type":"reasoning.text","text":"t","signature":"sallyport.state.1.6d616b6572.72735f31.s"}]},)" +
            hi),
        turns(
            hi +
            R"(,{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"}],"encrypted_content":"sallyport.state.1.6d616b6572.72735f31.s"},{"role":"assistant","content":[{"type":"output_text","text":"a"}]},)" +
            hi),
        turns(
            hi +
            R"(,{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"sallyport.state.1.6d616b6572.72735f31.s"},{"type":"text","text":"a"}]},)" +
            hi)}},
      {"thoughts of another provider",
       {turns(hi + R"(,{"role":"assistant","content":"a","reasoning_content":"t"},)" + hi),
        turns(
            hi +
            R"(,{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"t"}],"encrypted_content":"s"},{"role":"assistant","content":[{"type":"output_text","text":"a"}]},)" +
            hi),
        turns(hi + R"(,{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"a"}]},)" +
              hi)}},
      {"tool call and its result",
       {turns(hi + "," + chat_call + R"(,{"role":"tool","tool_call_id":"call_1","content":"r"})"),
        turns(hi + "," + item_call + R"(,{"type":"function_call_output","call_id":"call_1","output":"r"})"),
        turns(hi + "," + block_call + R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":"r"}]})")}},
      {"image in the result of a tool",
       {none,
        turns(
            hi + "," + item_call +
            R"(,{"type":"function_call_output","call_id":"call_1","output":[{"type":"input_text","text":"r"},{"type":"input_image","image_url":")" +
            png + R"("}]})"),
        turns(hi + "," + block_call +
              R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","content":[{"type":"text","text":"r"},)" +
              block_png + "]}]}")}},
      {"result of a tool that failed",
       {none, none,
        turns(hi + "," + block_call +
              R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_1","is_error":true,"content":"r"}]})")}},
      {"call of a tool that takes text",
       {turns(
            hi +
            R"(,{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"custom","custom":{"name":"p","input":"x"}}]},{"role":"tool","tool_call_id":"call_1","content":"r"})"),
        turns(
            hi +
            R"(,{"type":"custom_tool_call","call_id":"call_1","name":"p","input":"x"},{"type":"custom_tool_call_output","call_id":"call_1","output":"r"})"),
        none}},
      {"beginning of the answer as the last message",
       {turns(hi + R"(,{"role":"assistant","content":"a"})"),
        turns(hi + R"(,{"role":"assistant","content":[{"type":"output_text","text":"a"}]})"),
        turns(hi + R"(,{"role":"assistant","content":"a"})")}},
  };
}

std::vector<row> tool_rows() {
  const std::string chat_tool =
      R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{}}}}])";
  const std::string item_tool =
      R"("tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object","properties":{}},"strict":null}])";
  const std::string block_tool = R"("tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{}}}])";
  const auto choice = [&](const std::string& chat, const std::string& item, const std::string& block) {
    const auto with = [&](const std::string& tool, const std::string& rest) { return rest.empty() ? none : more(tool + "," + rest); };
    return std::array<said, dialects>{with(chat_tool, chat), with(item_tool, item), with(block_tool, block)};
  };
  return {
      {"tool", {more(chat_tool), more(item_tool), more(block_tool)}},
      {"tool that is kept to its schema",
       {more(R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}},"strict":true}}])"),
        more(R"("tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{}},"strict":true}])"),
        more(R"("tools":[{"name":"f","strict":true,"input_schema":{"type":"object","properties":{}}}])")}},
      {"tool without parameters",
       {more(R"("tools":[{"type":"function","function":{"name":"f"}}])"), more(R"("tools":[{"type":"function","name":"f"}])"), none}},
      {"tool that takes text",
       {more(R"("tools":[{"type":"custom","custom":{"name":"p"}}])"), more(R"("tools":[{"type":"custom","name":"p"}])"), none}},
      {"grammar of a tool that takes text",
       {more(
            R"("tools":[{"type":"custom","custom":{"name":"p","format":{"type":"grammar","grammar":{"definition":"start: \"a\"","syntax":"lark"}}}}])"),
        more(R"("tools":[{"type":"custom","name":"p","format":{"type":"grammar","syntax":"lark","definition":"start: \"a\""}}])"), none}},
      {"tool that the provider runs",
       {none, more(R"("tools":[{"type":"web_search"}])"), more(R"("tools":[{"type":"web_search_20250305","name":"web_search"}])")}},
      {"tool choice: automatic", choice(R"("tool_choice":"auto")", R"("tool_choice":"auto")", R"("tool_choice":{"type":"auto"})")},
      {"tool choice: none", choice(R"("tool_choice":"none")", R"("tool_choice":"none")", R"("tool_choice":{"type":"none"})")},
      {"tool choice: any", choice(R"("tool_choice":"required")", R"("tool_choice":"required")", R"("tool_choice":{"type":"any"})")},
      {"tool choice: one by name",
       choice(R"("tool_choice":{"type":"function","function":{"name":"f"}})", R"("tool_choice":{"type":"function","name":"f"})",
              R"("tool_choice":{"type":"tool","name":"f"})")},
      {"tool choice: some by name",
       choice(
           R"("tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}})",
           R"("tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"}]})", {})},
      {"tool choice: one the provider runs",
       {none, more(R"("tools":[{"type":"web_search"}],"tool_choice":{"type":"web_search"})"),
        more(R"("tools":[{"type":"web_search_20250305","name":"web_search"}],"tool_choice":{"type":"tool","name":"web_search"})")}},
      {"no parallel calls",
       choice(R"("tool_choice":"auto","parallel_tool_calls":false)", R"("tool_choice":"auto","parallel_tool_calls":false)",
              R"("tool_choice":{"type":"auto","disable_parallel_tool_use":true})")},
  };
}

std::vector<row> answer_rows() {
  return {
      {"answer as JSON", {more(R"("response_format":{"type":"json_object"})"), more(R"("text":{"format":{"type":"json_object"}})"), none}},
      {"answer by a JSON Schema",
       {more(R"("response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{}}}})"),
        more(R"("text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object","properties":{}}}})"),
        more(R"("output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{}}}})")}},
      {"limit of tokens", {turns(hi), turns(hi), turns(hi)}},
      {"thinking: an effort",
       {more(R"("reasoning_effort":"high")"), more(R"("reasoning":{"effort":"high"})"), more(R"("output_config":{"effort":"high"})")}},
      {"thinking: off",
       {more(R"("reasoning_effort":"none")"), more(R"("reasoning":{"effort":"none"})"), more(R"("thinking":{"type":"disabled"})")}},
      {"thinking: as the model likes", {none, none, more(R"("thinking":{"type":"adaptive"})")}},
      {"thinking: a number of tokens", {none, none, {hi, R"(,"thinking":{"type":"enabled","budget_tokens":5000})"}}},
      {"thinking: told to the client",
       {none, more(R"("reasoning":{"effort":"high","summary":"auto"})"), more(R"("thinking":{"type":"adaptive","display":"summarized"})")}},
      {"`verbosity`", {more(R"("verbosity":"low")"), more(R"("text":{"verbosity":"low"})"), none}},
      {"stream", {more(R"("stream":true)"), more(R"("stream":true)"), more(R"("stream":true)")}},
  };
}

std::vector<row> sampling_rows() {
  const auto all = [](const std::string& rest) { return std::array<said, dialects>{more(rest), more(rest), more(rest)}; };
  const auto of_chat = [](const std::string& rest) { return std::array<said, dialects>{more(rest), none, none}; };
  return {
      {"`temperature` up to 1", all(R"("temperature":0.5)")},
      {"`temperature` above 1", {more(R"("temperature":1.5)"), more(R"("temperature":1.5)"), none}},
      {"`top_p`", all(R"("top_p":0.5)")},
      {"`top_k`", {none, none, more(R"("top_k":5)")}},
      {"`presence_penalty`", of_chat(R"("presence_penalty":1)")},
      {"`frequency_penalty`", of_chat(R"("frequency_penalty":1)")},
      {"`seed`", of_chat(R"("seed":1)")},
      {"`logit_bias`", of_chat(R"("logit_bias":{"1":1})")},
      {"log probabilities",
       {more(R"("logprobs":true,"top_logprobs":2)"), more(R"("include":["message.output_text.logprobs"],"top_logprobs":2)"), none}},
      {"stop sequences", {more(R"("stop":["a","b"])"), none, more(R"("stop_sequences":["a","b"])")}},
      {"more than four stop sequences", {none, none, more(R"("stop_sequences":["a","b","c","d","e"])")}},
      {"more than one answer", of_chat(R"("n":2)")},
  };
}

std::vector<row> tag_rows() {
  const auto openai = [](const std::string& rest) { return std::array<said, dialects>{more(rest), more(rest), none}; };
  return {
      {"name of the end user", {more(R"("user":"u")"), more(R"("user":"u")"), more(R"("metadata":{"user_id":"u"})")}},
      {"`metadata`", openai(R"("metadata":{"a":"b"})")},
      {"`service_tier`: auto", {more(R"("service_tier":"auto")"), more(R"("service_tier":"auto")"), more(R"("service_tier":"auto")")}},
      {"`service_tier`: the usual",
       {more(R"("service_tier":"default")"), more(R"("service_tier":"default")"), more(R"("service_tier":"standard_only")")}},
      {"`service_tier`: another", openai(R"("service_tier":"flex")")},
      {"`prompt_cache_key`", openai(R"("prompt_cache_key":"k")")},
      {"`store`", openai(R"("store":true)")},
      {"cache mark on a text",
       {chat_part(R"({"type":"text","text":"a","prompt_cache_breakpoint":{"mode":"explicit"}})"),
        item_part(R"({"type":"input_text","text":"a","prompt_cache_breakpoint":{"mode":"explicit"}})"),
        block_part(R"({"type":"text","text":"a","cache_control":{"type":"ephemeral"}})")}},
      {"cache mark on a tool",
       {none, none,
        more(R"("tools":[{"name":"f","input_schema":{"type":"object","properties":{}},"cache_control":{"type":"ephemeral"}}])")}},
      {"cache marks that the provider places", {none, none, more(R"("cache_control":{"type":"ephemeral"})")}},
      {"a field that only this dialect knows",
       {more(R"("prediction":{"type":"content","content":"a"})"), more(R"("max_tool_calls":3)"), more(R"("container":"c")")}},
      {"an earlier answer by its id", {none, more(R"("previous_response_id":"resp_1")"), none}},
  };
}

struct section {
  std::string title;
  std::vector<row> rows;
};

std::vector<section> sections() {
  return {{"The prompt", prompt_rows()},
          {"Tools", tool_rows()},
          {"The answer", answer_rows()},
          {"Sampling", sampling_rows()},
          {"Around it", tag_rows()}};
}

// ---- translating ----

std::string body_of(dialect_id which, const said& of) {
  const bool has_items = which == dialect_id::openai_responses;
  const std::string limit = has_items ? "max_output_tokens" : "max_tokens";
  return R"({"model":"m",")" + limit + R"(":9000,")" + (has_items ? "input" : "messages") + R"(":[)" + of.messages + "]" + of.rest + "}";
}

result<chat> read(dialect_id which, std::string body) {
  const auto asked = dialect_of(which).read_call(operation::chat_completions, std::move(body));
  if (!asked) return asked.error();
  return dialect_of(which).read_chat(*asked);
}

struct cell {
  std::string word;
  std::vector<std::string> why;
};

cell refused(const failure& why) {
  return {why.kind == failure_kind::not_supported ? "refused" : "WRONG", {why.sentence.empty() ? std::string(why.name()) : why.sentence}};
}

cell translated(dialect_id from, dialect_id to, const said& of) {
  const auto before = read(from, body_of(from, of));
  if (!before) return refused(before.error());
  const auto written = dialect_of(to).write_chat(*before, {.model = model_of(to), .of_provider = of_maker, .origin = origin});
  if (!written) return refused(written.error());
  cell made;
  bool warns = false;
  for (const warning& one : written->warnings) {
    warns = warns || one.how == severity::warn;
    made.why.push_back(sallyport::written(one));
  }
  const auto after = read(to, written->body);
  if (!after) return {"WRONG", {after.error().sentence + " " + written->body}};
  if (!made.why.empty()) made.word = warns ? "**warned**" : "noted";
  if (made.why.empty()) made.word = tests::plain(*after) == tests::plain(*before) ? "carried" : "mapped";
  return made;
}

// ---- the page ----

const std::string introduction = R"(# Dialects

A call whose deployment speaks the client's dialect is relayed byte for byte, and nothing of this page concerns it. Any other is read whole and
written anew. What becomes of each field then stands below: found out by translating a small call, and kept true by a test
(`tests/adapters/dialect_matrix_test.cpp`).

| word | meaning |
|---|---|
| carried | the provider reads what the client said |
| mapped | said in the other dialect's words, or where it has a place for it; the same is meant |
| noted | left out or changed beside the answer: `x-sallyport-warning: info;FIELD;REASON` |
| **warned** | left out or changed so that the answer may differ: `x-sallyport-warning: warn;FIELD;REASON` |
| refused | 400 `not_supported`, and no deployment of that dialect is asked: the answer would not be one to this call |
| - | the client's dialect has no such thing |

The provider is the dialect's maker, with a model that takes most (`claude-sonnet-4-6` at `anthropic_messages`; models of OpenAI that think take no
`temperature` and no `top_p`, and that is warned of). Others that speak `openai_chat` take less: what only OpenAI knows (`user`, `metadata`,
`service_tier`, `prompt_cache_key`, `store`, `verbosity`, tools that take text, allowed tools) is left out there and noted, or said in another way. A
developer's message goes as a system message, and a limit as `max_tokens`.

C is `openai_chat`, R `openai_responses`, A `anthropic_messages`; `C to A` is a client that speaks `openai_chat` before a provider that speaks
`anthropic_messages`.
)";

std::vector<std::pair<dialect_id, dialect_id>> pairs() {
  std::vector<std::pair<dialect_id, dialect_id>> made;
  for (const dialect_id from : in_order)
    for (const dialect_id to : in_order)
      if (from != to) made.emplace_back(from, to);
  return made;
}

char letter_of(dialect_id which) {
  switch (which) {
    case dialect_id::openai_chat:
      return 'C';
    case dialect_id::openai_responses:
      return 'R';
    case dialect_id::anthropic_messages:
      return 'A';
  }
  return '?';
}

std::string title_of(const std::pair<dialect_id, dialect_id>& pair) {
  return std::string(1, letter_of(pair.first)) + " to " + letter_of(pair.second);
}

/// What is said of a field, and in which pairs.
struct remark {
  std::string field, pairs, words;
};

void note(std::vector<remark>& into, const std::string& field, const std::string& pair, const std::string& words) {
  for (remark& one : into)
    if (one.field == field && one.words == words) return void(one.pairs += ", " + pair);
  into.push_back({field, pair, words});
}

std::string line_of(const row& one, std::vector<remark>& remarks) {
  std::string made = "| " + one.field + " |";
  for (const auto& pair : pairs()) {
    const said& of = one.by[static_cast<std::size_t>(pair.first)];
    const cell found = of.is_given ? translated(pair.first, pair.second, of) : cell{"-", {}};
    made += " " + found.word + " |";
    for (const std::string& why : found.why) note(remarks, one.field, title_of(pair), why);
  }
  return made + "\n";
}

std::string page() {
  std::string made = introduction;
  std::vector<remark> remarks;
  for (const section& one : sections()) {
    made += "\n## " + one.title + "\n\n| |";
    for (const auto& pair : pairs()) made += " " + title_of(pair) + " |";
    made += "\n|---|---|---|---|---|---|---|\n";
    for (const row& each : one.rows) made += line_of(each, remarks);
  }
  made +=
      "\n## What is said\n\nThe header's value where it is noted or warned, the sentence of the error where it is refused.\n\n| field | | "
      "|\n|---|---|---|\n";
  for (const remark& one : remarks) made += "| " + one.field + " | " + one.pairs + " | " + one.words + " |\n";
  return made;
}

}  // namespace

TEST_CASE("docs/dialects.md says of each field what becomes of it") {
  const auto file = tests::source_dir() / "docs" / "dialects.md";
  const std::string found = page();
  if (std::getenv("SALLYPORT_REWRITE")) std::ofstream(file, std::ios::binary) << found;
  CHECK_MESSAGE(tests::whole_file(file) == found, "the page is out of date; SALLYPORT_REWRITE=1 writes it anew");
  CHECK(found.find("WRONG") == std::string::npos);
}
