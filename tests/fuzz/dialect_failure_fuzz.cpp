// A provider's error reply, in the dialect that the first byte names, for clients of every dialect: whatever it is, they get theirs.

#include "memory_bound.hpp"
#include "wire_checks.hpp"

namespace {

using namespace sallyport;
using namespace sallyport::fuzz;
using namespace std::chrono_literals;

void check_shape(dialect_id client, json_value body) {
  must(body["error"]["message"].is(json_kind::string));
  if (client == dialect_id::anthropic_messages) must(body["type"].text() == "error" && body["error"]["type"].is(json_kind::string));
}

void check_event(dialect_id client, const std::string& framed) {
  must_be_framed(client, framed);
  must(framed.ends_with("\n\n"));
  const auto reader = dialect_of(client).read_stream(operation::chat_completions, {});
  reader->feed(framed);
  reader->end();
  const event* first = reader->next();
  must(first && first->kind == event_kind::failed && first->why);
}

void check(const failure& why) {
  must(!why.retry_after || (*why.retry_after >= 1s && *why.retry_after <= 5min));
  must(why.detail.size() < 1024);
  must(std::none_of(why.detail.begin(), why.detail.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
  for (const dialect_id client : all_dialects) {
    json_document document;
    must(document.parse(dialect_of(client).write_failure(why)));
    check_shape(client, document.root());
    check_event(client, dialect_of(client).write_stream(call{}, {}, {})->write({.kind = event_kind::failed, .why = why}));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 4) return 0;
  const dialect& spoken = dialect_of(dialect_by(bytes[0]));
  const std::string_view all(reinterpret_cast<const char*>(bytes) + 4, size - 4);
  if (is_deep(all)) return 0;
  const std::size_t header = std::min<std::size_t>(bytes[3] % 40, all.size());
  header_list headers;
  headers.add_if_fit(bytes[3] < 128 ? "retry-after" : "retry-after-ms", all.substr(0, header));
  const std::string_view body = all.substr(header);
  const memory_bound bound(body.size());
  const std::chrono::system_clock::time_point wall(784111777s);
  check(spoken.read_failure(300 + (bytes[1] + 256 * bytes[2]) % 300, headers, body, wall));
  const auto said = spoken.read_answer(body);
  if (!said) check(said.error());
  return 0;
}
