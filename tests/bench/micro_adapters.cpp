// What the dialects cost a request, without sockets: each row is one call of the function it is named after (docs/benchmarks.md).
//   build/release/tests/bench/micro_bench --benchmark_filter=sse

#include "adapters/dialect.hpp"
#include "adapters/text_splice.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

using namespace sallyport;

namespace {

/// Of the row, which is labelled with its name.
const dialect& dialect_at(benchmark::State& state) {
  const auto which = static_cast<dialect_id>(state.range(0));
  state.SetLabel(std::string(name_of(which)));
  return dialect_of(which);
}

/// before + text + after, `total` bytes long.
std::string padded(std::string before, const std::string& after, std::size_t total) {
  before.append(total - before.size() - after.size(), 'x');
  return before + after;
}

std::string call_body(const benchmark::State& state) {
  const std::string begin[] = {R"({"model":"chat","stream":true,"messages":[{"role":"user","content":")",
                               R"({"model":"chat","stream":true,"input":[{"role":"user","content":")",
                               R"({"model":"chat","max_tokens":500,"stream":true,"messages":[{"role":"user","content":")"};
  return padded(begin[std::size_t(state.range(0))], R"("}]})", 2048);
}

std::string reply_body(const benchmark::State& state) {
  const std::string begin[] = {
      R"({"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"m",)"
      R"("choices":[{"index":0,"message":{"role":"assistant","content":")",
      R"({"id":"resp_1","object":"response","created_at":1700000000,"model":"m","status":"completed",)"
      R"("output":[{"type":"message","id":"msg_1","status":"completed","role":"assistant",)"
      R"("content":[{"type":"output_text","annotations":[],"text":")",
      R"({"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":")"};
  const std::string end[] = {R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":480,"completion_tokens":420,"total_tokens":900}})",
                             R"("}]}],"usage":{"input_tokens":480,"output_tokens":420,"total_tokens":900}})",
                             R"("}],"stop_reason":"end_turn","usage":{"input_tokens":480,"output_tokens":420}})"};
  return padded(begin[std::size_t(state.range(0))], end[state.range(0)], 2048);
}

std::string chunk(const benchmark::State& state) {
  const std::string begin[] = {
      R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"choices":[{"index":0,"delta":{"content":")",
      "event: response.output_text.delta\n"
      R"(data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":")",
      "event: content_block_delta\n"
      R"(data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")"};
  const std::string end[] = {"\"}}]}\n\n", "\"}\n\n", "\"}}\n\n"};
  return padded(begin[std::size_t(state.range(0))], end[state.range(0)], 160);
}

void read_call(benchmark::State& state) {
  const auto& language = dialect_at(state);
  const auto body = call_body(state);
  for (auto _ : state) {
    auto read = language.read_call(operation::chat_completions, body);
    if (read.has_error()) std::abort();
    benchmark::DoNotOptimize(read);
  }
}

void read_reply(benchmark::State& state) {
  const auto& language = dialect_at(state);
  const auto body = reply_body(state);
  for (auto _ : state) {
    auto read = language.read_reply(operation::chat_completions, body);
    if (read.has_error()) std::abort();
    benchmark::DoNotOptimize(read);
  }
}

/// One chunk that comes alone; the reader is in the middle of its stream.
void sse_reader_chunk(benchmark::State& state) {
  const auto bytes = chunk(state);
  const quirks none;
  const auto reader = dialect_at(state).read_stream(operation::chat_completions, none);
  for (auto _ : state) {
    reader->feed(bytes);
    int events = 0;
    while (const auto* event = reader->next()) {
      benchmark::DoNotOptimize(event);
      ++events;
    }
    if (events == 0) std::abort();
  }
}

/// The body as it goes to a provider of the same dialect: the model's name changed, usage asked for.
void write_request(benchmark::State& state) {
  const quirks none;
  const auto& language = dialect_at(state);
  const auto asked = language.read_call(operation::chat_completions, call_body(state));
  if (asked.has_error()) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(language.write_request(*asked, "stub-model", none));
}

void splice_of_model(benchmark::State& state) {
  const auto& chat = dialect_of(dialect_id::openai_chat);
  const auto asked = chat.read_call(operation::chat_completions,
                                    padded(R"({"model":"chat","messages":[{"role":"user","content":")", R"("}]})", 2048));
  if (asked.has_error()) std::abort();
  for (auto _ : state) benchmark::DoNotOptimize(spliced(asked->body, {{asked->places.model, R"("stub-model")"}}));
}

void each_dialect(benchmark::internal::Benchmark* of) {
  for (std::size_t i = 0; i < dialect_names.size(); ++i) of->Arg(static_cast<std::int64_t>(i));
}

BENCHMARK(read_call)->Apply(each_dialect);
BENCHMARK(read_reply)->Apply(each_dialect);
BENCHMARK(sse_reader_chunk)->Apply(each_dialect);
BENCHMARK(write_request)->Apply(each_dialect);
BENCHMARK(splice_of_model);

}  // namespace
