#include "proxy/server/framing.hpp"

#include "proxy/server/request_fields.hpp"
#include "tests/proxy/server/corpus_cases.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace sallyport;
using namespace sallyport::server;
using namespace sallyport::tests;

namespace {

std::string head_of(std::string_view request_line, std::string_view fields) {
  return std::string(request_line) + "\r\nHost: x\r\n" + std::string(fields) + "\r\n";
}
std::string post(std::string_view fields) { return head_of("POST /v1 HTTP/1.1", fields); }

/// The kind's name, or "accepted".
std::string verdict(std::string_view head) {
  const auto examined = examine(head);
  return examined ? "accepted" : std::string(examined.error().name());
}

bool is_refused_as_malformed(std::string_view head) { return verdict(head) == "malformed_http"; }

}  // namespace

TEST_CASE("a plain request is taken apart") {
  const std::string head = head_of("POST /v1/chat?a=b?c HTTP/1.1", "Content-Length: 12\r\nExpect: 100-Continue\r\n");

  const auto examined = examine(head);

  REQUIRE(examined.has_value());
  CHECK(examined->method == "POST");
  CHECK(examined->path == "/v1/chat");
  CHECK(examined->query == "a=b?c");
  CHECK(examined->minor == 1);
  CHECK(examined->body == body_framing::length);
  CHECK(examined->length == 12);
  CHECK(examined->keep_alive);
  CHECK(examined->expects_continue);
}

TEST_CASE("the connection is kept by the rules of the client's version") {
  const auto keeps = [](const std::string& head) { return examine(head).value().keep_alive; };

  CHECK(keeps("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.1\r\nHost: x\r\nConnection: foo, close\t,bar\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n"));
  CHECK_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
  CHECK(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST_CASE("each rule of the request line refuses") {
  for (const char* line : {"GET  HTTP/1.1", "GET / HTTP/1.1 ", "GET /  HTTP/1.1", " GET / HTTP/1.1", "GET /", "GET", "", "GET / HTTP/1.2",
                           "GET / HTTP/2.0",
                           "GET / HTTP/0.9", "GET / http/1.1", "GET / HTTP/1.1x", "GET / ICE/1.0", "G(T / HTTP/1.1", "G\x01T / HTTP/1.1",
                           "GET\t/ HTTP/1.1",
                           "GET /a b HTTP/1.1", "GET /a\tb HTTP/1.1", "GET /\x80 HTTP/1.1", "GET /\x7f HTTP/1.1", "GET * HTTP/1.1",
                           "OPTIONS * HTTP/1.1",
                           "GET http://x/ HTTP/1.1", "CONNECT x:443 HTTP/1.1", "GET x HTTP/1.1"})
    CHECK_MESSAGE(is_refused_as_malformed(head_of(line, "")), line);
  CHECK(verdict(head_of("GET /" + std::string(target_bytes_max, 'a') + " HTTP/1.1", "")) == "headers_too_large");
  CHECK(verdict(head_of("GET /" + std::string(target_bytes_max - 1, 'a') + " HTTP/1.1", "")) == "accepted");
  CHECK(verdict(head_of("BREW /pot HTTP/1.1", "")) == "accepted");  // a token: the service says 405
}

TEST_CASE("each rule of the fields refuses") {
  for (const char* fields : {" folded: x\r\n", "a: b\r\n c\r\n", "a: b\r\n\tc\r\n", "a : b\r\n", "a\t: b\r\n", ": b\r\n", "a\r\n",
                             "a b: c\r\n", "\x80: c\r\n", "a: \x01\r\n",
                             "a: b\x7f\r\n", "a: b\rc: d\r\n", "a: b\nc: d\r\n", "a\r: b\r\n", "a(: b\r\n"})
    CHECK_MESSAGE(is_refused_as_malformed(post(fields)), fields);
  CHECK(is_refused_as_malformed(post(std::string_view("a: b\0c\r\n", 8))));
  CHECK(is_refused_as_malformed(post(std::string_view("a\0: b\r\n", 7))));
  CHECK(verdict(post("a: \x80\xff ok\r\n")) == "accepted");  // obs-text outside framing
  CHECK(verdict(post("a:\r\n")) == "accepted");
}

TEST_CASE("Host stands once in HTTP/1.1 and is a host") {
  CHECK(is_refused_as_malformed("GET / HTTP/1.1\r\n\r\n"));
  CHECK(verdict("GET / HTTP/1.0\r\n\r\n") == "accepted");
  CHECK(is_refused_as_malformed("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"));
  CHECK(is_refused_as_malformed("GET / HTTP/1.0\r\nHost: a\r\nhOST: b\r\n\r\n"));
  for (const char* host : {"", "a b", "a,b", "a/b", "u@a", "a?b", "a#b", "a\\b", "\x80", "\"a\""})
    CHECK_MESSAGE(is_refused_as_malformed("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n"), host);
  for (const char* host : {"a", "a.b-c:80", "127.0.0.1:7070", "[::1]:7070", "a_b", "%41"})
    CHECK_MESSAGE(verdict("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n") == "accepted", host);
}

TEST_CASE("Content-Length stands once and is a number that fits") {
  for (const char* fields : {"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1\r\ncontent-length: 2\r\n",
                             "Content-Length: 1, 1\r\n", "Content-Length: +1\r\n",
                             "Content-Length: -1\r\n", "Content-Length: 0x1\r\n", "Content-Length: 1 1\r\n", "Content-Length:\r\n",
                             "Content-Length: 1.0\r\n",
                             "Content-Length: 9223372036854775808\r\n", "Content-Length: 18446744073709551616\r\n",
                             "Content-Length: 1\xa0\r\n",
                             "Content-Length: 1;\r\n", "Content_Length: 1\r\n", "content_length: 1\r\n"})
    CHECK_MESSAGE(is_refused_as_malformed(post(fields)), fields);
  CHECK(examine(post("Content-Length:  \t003\t \r\n")).value().length == 3);
  CHECK(examine(post("Content-Length: 9223372036854775807\r\n")).value().length == 9223372036854775807u);
  CHECK(examine(post("Content-Length: 0\r\n")).value().body == body_framing::none);
}

TEST_CASE("GET and HEAD take no body") {
  CHECK(is_refused_as_malformed(head_of("GET / HTTP/1.1", "Content-Length: 1\r\n")));
  CHECK(is_refused_as_malformed(head_of("HEAD / HTTP/1.1", "Content-Length: 1\r\n")));
  CHECK(is_refused_as_malformed(head_of("GET / HTTP/1.1", "Transfer-Encoding: chunked\r\n")));
  CHECK(verdict(head_of("GET / HTTP/1.1", "Content-Length: 0\r\n")) == "accepted");
}

TEST_CASE("heads have limits") {
  std::string fields;
  for (std::size_t count = 1; count < field_count_max; ++count) fields += "a: b\r\n";
  CHECK(verdict(post(fields)) == "accepted");
  CHECK(verdict(post(fields + "a: b\r\n")) == "headers_too_large");
  CHECK(verdict(post("a: " + std::string(field_bytes_max, 'v') + "\r\n")) == "accepted");
  CHECK(verdict(post("a: " + std::string(field_bytes_max + 1, 'v') + "\r\n")) == "headers_too_large");
  CHECK(verdict(post(std::string(head_bytes_max, 'n') + ": v\r\n")) == "headers_too_large");
}

TEST_CASE("of all ways to write Transfer-Encoding only the exact one is taken, alone") {
  std::vector<std::string> values{"", "identity", "gzip", "deflate", "chunke", "chunk", "xchunked", "chunkedx", "chunkedchunked",
                                  "chunked, chunked", "chunked,chunked",
                                  "gzip, chunked", "gzip,chunked", "chunked, gzip", "identity, chunked", "chunked, identity", ",chunked",
                                  "chunked,", " , chunked", "chunked ,",
                                  "\"chunked\"", "'chunked'", "chunked;", "chunked;q=1", "chunked; q=1", ";chunked", "chunked=1",
                                  "chunked x", "x chunked", "blegh", "0", "chunk ed",
                                  "\\chunked", "%63hunked", "chunked\\0", "chunked%00", "chunked#", "(chunked)", "[chunked]", "{chunked}",
                                  "chunked/1.0", "x-chunked", "trailers"};
  const std::string exact = "chunked";
  for (int byte = 0; byte < 256; ++byte) {
    const std::string odd(1, static_cast<char>(byte));
    if (odd != " " && odd != "\t") {  // optional white space around a value is not part of it
      values.push_back(odd + exact);
      values.push_back(exact + odd);
      values.push_back(odd + " " + exact);
      values.push_back(exact + " " + odd);
    }
    values.push_back(exact.substr(0, 3) + odd + exact.substr(3));
  }
  int tried = 0;
  int accepted = 0;
  for (const auto& value : values) {
    const std::string line = "Transfer-Encoding: " + value + "\r\n";
    const std::string length = "Content-Length: 5\r\n";
    for (const auto& fields : {line, line + length, length + line, line + "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\n" + line}) {
      ++tried;
      if (examine(post(fields))) {
        ++accepted;
        MESSAGE("accepted: " << fields);
      }
    }
  }
  std::printf("Transfer-Encoding obfuscations: %d of %d accepted\n", accepted, tried);
  CHECK(accepted == 0);
  CHECK(tried > 6000);
  for (const char* value : {"chunked", "Chunked", "CHUNKED", " chunked", "\tchunked \t"})
    CHECK(examine(post("Transfer-Encoding:" + std::string(value) + "\r\n")).value().body == body_framing::chunked);
  CHECK(is_refused_as_malformed(post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")));
  CHECK(is_refused_as_malformed(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")));
  CHECK(is_refused_as_malformed("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"));
}

TEST_CASE("a name that is nearly Transfer-Encoding never frames") {
  const std::string name = "Transfer-Encoding";
  for (int byte = 0; byte < 256; ++byte) {
    const std::string odd(1, static_cast<char>(byte));
    for (const auto& nearly : {odd + name, name + odd, name.substr(0, 8) + odd + name.substr(9)}) {
      if (nearly == name || same_name(nearly, name)) continue;
      const auto examined = examine(post(nearly + ": chunked\r\n"));
      CHECK_MESSAGE((!examined || examined->body == body_framing::none), nearly);
    }
  }
  CHECK(is_refused_as_malformed(post("Transfer_Encoding: chunked\r\n")));
}

TEST_CASE("a head is found at the same place however it is split") {
  std::vector<std::string> requests{post("Content-Length: 3\r\n") + "abc", "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET",
      "GET / HTTP/1.1\nHost: x\n\n",
                                    "GET / HTTP/1.1\r\nHost: x\r\n\rZ", "\x16\x03\x01", "GET / HTTP/1.1\r\n\r\n\r\n"};
  for (const auto& one : desync_cases()) requests.push_back(one.bytes + "0\r\n\r\n");
  for (const auto& one : llhttp_requests()) requests.push_back(one.bytes + "\r\n\r\n");

  for (const auto& request : requests) {
    std::size_t scanned = 0;
    const auto whole = find_head_end(request, scanned);
    head_extent split;
    std::size_t split_scanned = 0;
    for (std::size_t have = 1; have <= request.size() && split.state == head_state::incomplete; ++have)
      split = find_head_end(std::string_view(request).substr(0, have), split_scanned);
    CHECK(split.state == whole.state);
    CHECK(split.length == whole.length);
  }
}

TEST_CASE("what can never become a head is refused before its end has come") {
  for (const char* begun : {"\x16\x03\x01", " GET", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nA: b\rc", "GET / HTTP/1.1\r\nA: b\r\n\rx"}) {
    std::size_t scanned = 0;
    CHECK_MESSAGE(find_head_end(begun, scanned).state == head_state::broken, begun);
  }
}

TEST_CASE("a head without end is refused at its limit") {
  std::size_t scanned = 0;
  CHECK(find_head_end("GET /" + std::string(head_bytes_max - 5, 'a'), scanned).state == head_state::incomplete);
  CHECK(find_head_end("GET /" + std::string(head_bytes_max, 'a'), scanned).state == head_state::too_large);
}

TEST_CASE("Beast reads the same fields, without what belongs to the connection") {
  const std::string head = post(
      "Content-Length: 3\r\nConnection: close, x-label\r\nKeep-Alive: 5\r\nTE: trailers\r\n"
      "X-Label:  a b \r\nx-label: c\r\nExpect: 100-continue\r\n");

  const auto fields = read_fields(head, examine(head).value());

  REQUIRE(fields.has_value());
  CHECK(fields->size() == 3);
  CHECK(fields->get("host") == "x");
  CHECK(fields->get("x-label") == "a b");  // also when Connection names it
  CHECK_FALSE(fields->has("content-length"));
}

TEST_CASE("a disagreement between the two readings is refused") {
  const std::string head = post("Content-Length: 3\r\n");
  auto examined = examine(head).value();
  examined.length = 4;
  CHECK(read_fields(head, examined).error().name() == "malformed_http");
  examined.body = body_framing::chunked;
  CHECK(read_fields(head, examined).error().name() == "malformed_http");
}
