#include "adapters/failure_reading.hpp"

#include "adapters/retry_after.hpp"
#include "adapters/scrub.hpp"

namespace sallyport {
namespace {

constexpr std::size_t detail_message_bytes = 300;

bool client_reads(failure_kind kind) {
  return kind == failure_kind::request_refused || kind == failure_kind::context_length || kind == failure_kind::content_filter;
}

std::string detail_of(int status, const provider_error& said) {
  std::string detail = status != 0 ? "status " + std::to_string(status) : std::string("error in a reply");
  for (const std::string* word : {&said.type, &said.code, &said.reason})
    if (!word->empty()) detail += " " + scrubbed(*word, 80);
  if (!said.message.empty()) detail += ": " + scrubbed(said.message, detail_message_bytes);
  return detail;
}

std::shared_ptr<const provider_words> words(dialect_id in, int status, std::string_view content_type, std::string body) {
  return std::make_shared<const provider_words>(provider_words{status, std::string(content_type), std::move(body), in});
}

}  // namespace

failure failure_of_reply(const failure_shape& shape, int status, const header_list& headers, std::string_view body,
                         std::chrono::system_clock::time_point wall) {
  const provider_error said = error_in_text(body);
  const failure_kind kind = kind_of(status, said);
  failure made = fail(kind, detail_of(status, said));
  made.retry_after = retry_after(headers, said.delay, wall);
  if (!client_reads(kind)) return made;
  made.param = said.param;
  const bool fits = body.size() <= said_bytes_max;
  made.said = words(shape.in, status, headers.get("content-type"), fits ? std::string(body) : shape.body(kind, said));
  return made;
}

failure failure_inside(const failure_shape& shape, const provider_error& said) {
  const failure_kind kind = kind_of(0, said);
  failure made = fail(kind, detail_of(0, said));
  made.retry_after = retry_after({}, said.delay, {});
  if (!client_reads(kind)) return made;
  made.param = said.param;
  made.said = words(shape.in, said.status != 0 ? said.status : 400, "application/json", shape.body(kind, said));
  return made;
}

}  // namespace sallyport
