#include "proxy/rehearsal/request_reader.hpp"

#include <doctest/doctest.h>

#include <string>

using sallyport::rehearsal::request_reader;
using state = request_reader::state;

TEST_CASE("a request with a length is read at every split, and what follows stays for the next one") {
  const std::string wire = "POST /v1/x?beta=true HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /h HTTP/1.1\r\n\r\n";
  for (std::size_t split = 0; split <= wire.size(); ++split) {
    CAPTURE(split);
    request_reader reader;
    auto seen = reader.feed(wire.substr(0, split));
    if (seen == state::needs_more) seen = reader.feed(wire.substr(split));
    else reader.feed(wire.substr(split));
    REQUIRE(seen == state::whole);
    const auto first = reader.take();
    CHECK(first.target == "/v1/x?beta=true");
    CHECK(first.body == "hello");
    REQUIRE(reader.again() == state::whole);
    CHECK(reader.take().target == "/h");
    CHECK(reader.again() == state::needs_more);
    CHECK(reader.is_idle());
  }
}

TEST_CASE("chunks are joined at every split") {
  const std::string wire = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n";
  for (std::size_t split = 0; split <= wire.size(); ++split) {
    CAPTURE(split);
    request_reader reader;
    auto seen = reader.feed(wire.substr(0, split));
    if (seen == state::needs_more) seen = reader.feed(wire.substr(split));
    REQUIRE(seen == state::whole);
    CHECK(reader.take().body == "abc0123456789");
    CHECK(reader.is_idle());
  }
}

TEST_CASE("ambiguous framing is refused") {
  for (const std::string headers : {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                                    "Content-Length: +1\r\n", "Content-Length: 1,1\r\n", "Transfer-Encoding: gzip, chunked\r\n",
                                    "Transfer-Encoding : chunked\r\n", " folded: x\r\n", "no colon\r\n", "a: b\rc\r\n"}) {
    CAPTURE(headers);
    request_reader reader;
    CHECK(reader.feed("POST / HTTP/1.1\r\n" + headers + "\r\n0\r\n\r\n") == state::broken);
    CHECK_FALSE(reader.why().empty());
  }
  for (const std::string line : {"GET / HTTP/1.0", "GET /", "GET  / HTTP/1.1", "G@T / HTTP/1.1", "GET / x HTTP/1.1"}) {
    CAPTURE(line);
    CHECK(request_reader().feed(line + "\r\n\r\n") == state::broken);
  }
}

TEST_CASE("head, body and chunks have limits") {
  CHECK(request_reader(100, 100).feed(std::string(101, 'x')) == state::broken);
  CHECK(request_reader(100, 100).feed("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n") == state::broken);
  CHECK(request_reader(100, 100).feed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n") == state::broken);
  CHECK(request_reader(100, 100).feed("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(200, '0')) == state::broken);
  CHECK(request_reader(100, 100).feed("POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x')) == state::whole);
}

TEST_CASE("100 Continue is asked for once, and only before the body is there") {
  request_reader reader;
  reader.feed("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");

  CHECK(reader.wants_continue());
  CHECK_FALSE(reader.wants_continue());
  CHECK(reader.feed("ok") == state::whole);
}
