#include "proxy/upstream/reply_head.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using namespace sallyport;
using upstream::reply_head;

namespace {

reply_head::verdict after(reply_head& head, std::initializer_list<std::string_view> lines) {
  auto last = reply_head::verdict::more;
  for (const auto line : lines) last = head.take(line);
  return last;
}

reply_head::verdict of(std::initializer_list<std::string_view> fields) {
  reply_head head;
  head.take("HTTP/1.1 200 OK\r\n");
  for (const auto field : fields) head.take(field);
  return head.take("\r\n");
}

}  // namespace

TEST_CASE("a head keeps status, names and values as sent, without the blanks around values") {
  reply_head head;
  CHECK(after(head, {"HTTP/1.1 429 Too Many\r\n", "Retry-After: \t2 \r\n", "X-Empty:\r\n", "\r\n"}) == reply_head::verdict::whole);
  CHECK(head.head().status == 429);
  CHECK(head.head().headers.begin()->first == "Retry-After");
  CHECK(head.head().headers.get("retry-after") == "2");
  CHECK(head.head().headers.has("x-empty"));
}

TEST_CASE("interim heads are forgotten, trailers dropped") {
  reply_head head;
  CHECK(after(head, {"HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n"}) == reply_head::verdict::more);
  CHECK_FALSE(head.is_whole());
  CHECK(after(head, {"HTTP/2 200 \r\n", "a: b\r\n", "\r\n"}) == reply_head::verdict::whole);
  CHECK(head.take("content-length: 7\r\n") == reply_head::verdict::more);
  CHECK(head.head().headers.size() == 1);
}

TEST_CASE("framing that two readers could take differently is refused") {
  CHECK(of({"Content-Length: 5\r\n", "Content-Length: 5\r\n"}) == reply_head::verdict::whole);
  CHECK(of({"Transfer-Encoding: Chunked\r\n"}) == reply_head::verdict::whole);
  CHECK(of({"Content-Length: 5\r\n", "content-length: 6\r\n"}) == reply_head::verdict::refused);
  CHECK(of({"Content-Length: 5,5\r\n"}) == reply_head::verdict::refused);
  CHECK(of({"Content-Length: -5\r\n"}) == reply_head::verdict::refused);
  CHECK(of({"Content-Length:\r\n"}) == reply_head::verdict::refused);
  CHECK(of({"Content-Length: 99999999999999999999\r\n"}) == reply_head::verdict::refused);
  CHECK(of({"Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n"}) == reply_head::verdict::refused);
  CHECK(of({"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"}) == reply_head::verdict::refused);
  CHECK(of({"Transfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\n"}) == reply_head::verdict::refused);
  CHECK(of({"Transfer-Encoding: gzip, chunked\r\n"}) == reply_head::verdict::refused);
  CHECK(of({"Transfer-Encoding: identity\r\n"}) == reply_head::verdict::refused);
}

TEST_CASE("lines that are no status, no field or end oddly are refused, and so is all that follows") {
  for (const std::string_view line : {"HTTP/1.1 200 OK\n", "HTTP/0.9 200 OK\r\n", "HTTP/1.1  200\r\n", "HTTP/1.1 20\r\n",
                                      "HTTP/1.1 2000\r\n",
                                      "HTTP/1.1 099 x\r\n", "hello\r\n", "\r\n"}) {
    CAPTURE(line);
    reply_head head;
    CHECK(head.take(line) == reply_head::verdict::refused);
    CHECK(head.take("HTTP/1.1 200 OK\r\n") == reply_head::verdict::refused);
    CHECK_FALSE(head.why_not().empty());
  }
  for (const std::string_view field : {" folded\r\n", "name : x\r\n", "no colon\r\n", ": x\r\n", "a: b\rc\r\n", "a: b\n"}) {
    CAPTURE(field);
    CHECK(of({field}) == reply_head::verdict::refused);
  }
}

TEST_CASE("a compressed body and another protocol are refused") {
  CHECK(of({"Content-Encoding: identity\r\n"}) == reply_head::verdict::whole);
  CHECK(of({"Content-Encoding: br\r\n"}) == reply_head::verdict::refused);
  reply_head head;
  CHECK(after(head, {"HTTP/1.1 101 Switching\r\n", "\r\n"}) == reply_head::verdict::refused);
}

TEST_CASE("heads and trailer together may take 64 KiB") {
  const std::string field = "X-Filler: " + std::string(1'012, 'x') + "\r\n";
  REQUIRE(field.size() == 1024);
  reply_head head;
  head.take("HTTP/1.1 200 OK\r\n");
  for (int i = 0; i < 63; ++i) CHECK(head.take(field) == reply_head::verdict::more);
  CHECK(head.take("\r\n") == reply_head::verdict::whole);
  CHECK(head.take(field) == reply_head::verdict::refused);
}

TEST_CASE("a head says where its body ends and whether the connection goes on") {
  using upstream::reply_extent;
  const auto head_of = [](std::string_view status, std::initializer_list<std::string_view> fields) {
    reply_head head;
    head.take(status);
    for (const auto field : fields) head.take(field);
    CHECK(head.take("\r\n") == reply_head::verdict::whole);
    return head;
  };
  const auto sized = head_of("HTTP/1.1 200 OK\r\n", {"Content-Length: 123456789012\r\n"});
  CHECK(sized.extent() == reply_extent::length);
  CHECK(sized.length() == 123456789012u);
  CHECK(sized.keeps_alive());
  CHECK(head_of("HTTP/1.1 200 OK\r\n", {"Transfer-Encoding: Chunked\r\n"}).extent() == reply_extent::chunked);
  const auto open = head_of("HTTP/1.1 200 OK\r\n", {});
  CHECK(open.extent() == reply_extent::until_close);
  CHECK(!open.length());
  CHECK(head_of("HTTP/1.1 204 No Content\r\n", {"Content-Length: 5\r\n"}).extent() == reply_extent::none);
  CHECK(head_of("HTTP/1.1 304 Not Modified\r\n", {}).extent() == reply_extent::none);
  CHECK_FALSE(head_of("HTTP/1.0 200 OK\r\n", {"Content-Length: 5\r\n"}).keeps_alive());
  CHECK_FALSE(head_of("HTTP/1.1 200 OK\r\n", {"Connection: Keep-Alive, Close\r\n"}).keeps_alive());
  CHECK(head_of("HTTP/1.1 200 OK\r\n", {"Connection: closed\r\n"}).keeps_alive());
}

TEST_CASE("what an interim head says of its connection and length is forgotten") {
  reply_head head;
  after(head, {"HTTP/1.1 103 Early Hints\r\n", "Connection: close\r\n", "Content-Length: 9\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "\r\n"});
  CHECK(head.keeps_alive());
  CHECK(!head.length());
}

TEST_CASE("a head of HTTP/2 is held to the same, field by field") {
  const auto of_pairs = [](std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    reply_head head;
    for (const auto& [name, value] : fields) head.take_pair(name, value);
    return head.end_pairs();
  };
  using enum reply_head::verdict;
  CHECK(of_pairs({{":status", "200"}, {"content-type", "a"}, {"content-length", "2"}}) == whole);
  CHECK(of_pairs({{":status", "103"}, {"link", "x"}}) == more);
  CHECK(of_pairs({}) == refused);
  CHECK(of_pairs({{"content-type", "a"}, {":status", "200"}}) == refused);
  CHECK(of_pairs({{":status", "200"}, {":status", "200"}}) == refused);
  CHECK(of_pairs({{":status", "20"}}) == refused);
  CHECK(of_pairs({{":status", "101"}}) == refused);
  CHECK(of_pairs({{":status", "200"}, {"content-length", "2"}, {"content-length", "3"}}) == refused);
  CHECK(of_pairs({{":status", "200"}, {"content-encoding", "gzip"}}) == refused);
  CHECK(of_pairs({{":status", "200"}, {"transfer-encoding", "chunked"}}) == refused);
  CHECK(of_pairs({{":status", "200"}, {"connection", "close"}}) == refused);
  CHECK(of_pairs({{":status", "200"}, {"a b", "c"}}) == refused);

  reply_head head;
  CHECK(head.take_pair(":status", "103") == more);
  CHECK(head.end_pairs() == more);
  CHECK(head.take_pair(":status", "200") == more);
  CHECK(head.take_pair("x", "1") == more);
  CHECK(head.end_pairs() == whole);
  CHECK(head.take_pair("x-trailer", "1") == more);
  CHECK_FALSE(head.head().headers.has("x-trailer"));
}

TEST_CASE("small fields without end are too much for a head of HTTP/2, also in interim heads") {
  reply_head head;
  int taken = 0;
  while (taken < 5'000 && head.take_pair(":status", "100") != reply_head::verdict::refused && head.end_pairs() == reply_head::verdict::more) ++taken;
  CHECK(taken > 1'000);
  CHECK(taken < 2'000);
}
