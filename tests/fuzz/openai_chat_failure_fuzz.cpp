// Bytes of a provider as an error reply, and as a whole reply: whatever it is, the client gets valid JSON in the dialect's shape.

#include "adapters/dialect.hpp"
#include "adapters/json.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace sallyport;
using namespace std::chrono_literals;

void must(bool holds) {
  if (!holds) std::abort();
}

void check(const dialect& spoken, const failure& why) {
  json_document document;
  must(document.parse(spoken.write_failure(why)));
  must(document.root()["error"]["message"].is(json_kind::string));
  const std::string framed = spoken.write_stream(call{}, {}, {})->write({.kind = event_kind::failed, .why = why});
  must(framed.starts_with("data: ") && framed.ends_with("\n\n"));
  must(std::count(framed.begin(), framed.end(), '\n') == 2 && framed.find('\r') == std::string::npos);
  must(document.parse(std::string_view(framed).substr(6)));
  must(!why.retry_after || (*why.retry_after >= 1s && *why.retry_after <= 5min));
  must(why.detail.size() < 1024);
  must(std::none_of(why.detail.begin(), why.detail.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 3) return 0;
  const dialect& spoken = dialect_of(dialect_id::openai_chat);
  const std::string_view all(reinterpret_cast<const char*>(bytes) + 3, size - 3);
  const std::size_t header = std::min<std::size_t>(bytes[2] % 40, all.size());
  header_list headers;
  headers.add_if_fit(bytes[2] < 128 ? "retry-after" : "retry-after-ms", all.substr(0, header));
  const std::string_view body = all.substr(header);
  const std::chrono::system_clock::time_point wall(784111777s);
  check(spoken, spoken.read_failure(300 + (bytes[0] + 256 * bytes[1]) % 300, headers, body, wall));
  const auto reply = spoken.read_reply(static_cast<operation>(bytes[0] % 3), body);
  if (!reply) check(spoken, reply.error());
  return 0;
}
