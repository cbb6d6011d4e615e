#include "proxy/rehearsal/stream_verdict.hpp"

#include <doctest/doctest.h>

#include <string>

using sallyport::rehearsal::stream_verdict;

namespace {

const std::string role =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
const std::string text =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"caf\xc3\xa9\"},\"finish_reason\":null}]}\n\n";
const std::string finish = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const std::string usage = ": comment\n\ndata: {\"choices\":[],\"usage\":{}}\n\n";
const std::string failed = "data: {\"error\":{\"message\":\"it broke\"}}\n\n";
const std::string done = "data: [DONE]\n\n";

stream_verdict judged(const std::string& body) {
  stream_verdict verdict;
  verdict.feed(body);
  return verdict;
}

}  // namespace

TEST_CASE("an answer is whole with a finish reason and [DONE], at every split") {
  const std::string body = role + text + text + finish + usage + done;
  for (std::size_t split = 0; split <= body.size(); ++split) {
    stream_verdict verdict;
    verdict.feed(body.substr(0, split));
    verdict.feed(body.substr(split));
    CHECK(verdict.is_whole());
    CHECK(verdict.text() == "caf\xc3\xa9" "caf\xc3\xa9");
  }
}

TEST_CASE("lines may end with CR LF or CR, at every split, and an event may have several data lines") {
  for (const std::string end : {"\r\n", "\r"}) {
    const std::string with_lf = role + text + "data: {\n" + finish.substr(0, 5) + finish.substr(7) + done;
    std::string body;
    for (const char one : with_lf) body += one == '\n' ? end : std::string(1, one);
    for (std::size_t split = 0; split <= body.size(); ++split) {
      stream_verdict verdict;
      verdict.feed(body.substr(0, split));
      verdict.feed(body.substr(split));
      CHECK(verdict.is_whole());
      CHECK(verdict.text() == "caf\xc3\xa9");
    }
  }
}

TEST_CASE("without a finish reason, without [DONE] or with an error it is not whole") {
  CHECK_FALSE(judged(role + text + done).is_whole());
  CHECK_FALSE(judged(role + text + finish).is_whole());
  CHECK_FALSE(judged(role + text + failed + done).is_whole());
  CHECK_FALSE(judged(role + text + finish + "data: [DONE]\n").is_whole());
  CHECK_FALSE(judged(role + "data: {\n\n" + finish + done).is_whole());
  CHECK(judged(role + text + failed).error() == "it broke");
  CHECK_FALSE(judged(role).has_text());
}
