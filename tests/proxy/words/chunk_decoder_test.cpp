#include "proxy/words/chunk_decoder.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace sallyport;

namespace {

struct outcome {
  std::string content;
  std::string refusal;     ///< the failure's name
  std::size_t taken = 0;
  bool done = false;

  bool operator==(const outcome&) const = default;
};

/// Feeds in steps of `step` bytes, as they would arrive.
outcome decoded(std::string_view bytes, std::size_t step, std::uint64_t limit = 1000) {
  outcome seen;
  chunk_decoder decoder(limit);
  while (seen.taken < bytes.size() && !decoder.is_done()) {
    const auto taken = decoder.feed(bytes.substr(seen.taken, step), seen.content);
    if (!taken) {
      seen.refusal = taken.error().name();
      seen.taken = 0;  // where it was seen depends on nothing that matters
      return seen;
    }
    seen.taken += *taken;
  }
  seen.done = decoder.is_done();
  return seen;
}

const char* const good[] = {
    "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n6\r\n world\r\n000\r\n\r\n", "A\r\n0123456789\r\n0\r\n\r\n",
    "a;foo\r\n0123456789\r\n0\r\n\r\n",
    "5;a=b;c=\"d \\\" e\"\r\nhello\r\n0;x\r\n\r\n", "5\r\nhello\r\n0\r\nVary: *\r\nX-Y:\tz\r\n\r\n",
    "0000000000000005\r\nhello\r\n0\r\n\r\n"};

const char* const bad[] = {
    "\r\n", "g\r\n", "0x5\r\nhello", "+5\r\nhello", "-5\r\n", " 5\r\nhello", "5 \r\nhello", "5\nhello\n", "5\r\nhello\n0\r\n\r\n",
    "5\rhello", "5\r\r\nhello", "5\r\nhelloX\r\n",
    "5\r\nhello0\r\n\r\n", "5;\r\nhello", "5;a=\r\nhello", "5; a\r\nhello", "5 ;a\r\nhello", "5;a b\r\nhello", "5;a=\"b\r\nhello",
    "5;a=\"b\"c\r\nhello", "5;a\nhello", "5;a=\"\x01\"\r\n",
    "fffffffffffffffff\r\n", "00000000000000005\r\n", "0\r\nbad trailer\r\n\r\n", "0\r\n: v\r\n\r\n", "0\r\na: b\n\r\n", "0\r\na\r\n\r\n",
    "0\r\n folded\r\n\r\n", "0\r\n\rx", "3\r\nfoo\r\n\r\n",
    "2 erfrferferf\r\naa\r\n0\r\n\r\n", "3 \n  \r\nfoo\r\n"};

}  // namespace

TEST_CASE("well-formed chunks decode to their content at every split") {
  for (const char* bytes : good) {
    const auto whole = decoded(bytes, 1000);
    CHECK_MESSAGE(whole.done, bytes);
    CHECK(whole.taken == std::string_view(bytes).size());
    for (std::size_t step = 1; step < 9; ++step) CHECK(decoded(bytes, step) == whole);
  }
  CHECK(decoded(good[2], 1).content == "hello world");
  CHECK(decoded(good[3], 1).content == "0123456789");
}

TEST_CASE("anything else is refused at every split") {
  for (const char* bytes : bad)
    for (std::size_t step = 1; step < 9; ++step) CHECK_MESSAGE(decoded(bytes, step).refusal == "malformed_http", bytes);
  for (std::size_t step = 1; step < 9; ++step) CHECK(decoded("ffffffffffffffff\r\n", step).refusal == "body_too_large");
}

TEST_CASE("what follows the body is left where it is") {
  const auto seen = decoded("1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n", 1000);
  CHECK(seen.done);
  CHECK(seen.taken == 11);
}

TEST_CASE("content, extensions and trailers have limits") {
  CHECK(decoded("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n", 1000, 10).done);
  CHECK(decoded("5\r\nhello\r\n6\r\n", 1000, 10).refusal == "body_too_large");  // announced is enough
  std::string many;
  for (int count = 0; count < 30; ++count) many += "1;" + std::string(200, 'e') + "\r\nx\r\n";
  CHECK(decoded(many + "0\r\n\r\n", 1000).refusal == "malformed_http");
  CHECK(decoded("0\r\na: " + std::string(chunk_decoder::trailer_bytes_max, 't') + "\r\n\r\n", 1000).refusal == "headers_too_large");
}
