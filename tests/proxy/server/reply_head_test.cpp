#include "proxy/server/reply_head.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::server;

TEST_CASE("a head has status, fields, date and framing, and leaves the service's framing out") {
  reply_start start;
  start.status = 429;
  start.headers.add_if_fit("retry-after", "3");
  start.headers.add_if_fit("Content-Length", "999");
  start.headers.add_if_fit("transfer-encoding", "gzip");
  start.headers.add_if_fit("connection", "upgrade");
  reply_terms terms;
  terms.length = 12;
  terms.date = "D";
  std::string out;

  write_reply_head(out, start, terms);

  CHECK(out == "HTTP/1.1 429 Too Many Requests\r\nretry-after: 3\r\ndate: D\r\ncontent-length: 12\r\n\r\n");
}

TEST_CASE("framing and connection are said as the terms want") {
  const auto head = [](reply_framing framing, bool keep_alive, bool http_1_0) {
    std::string out;
    write_reply_head(out, {}, {framing, 0, keep_alive, http_1_0, "D"});
    return out.substr(out.find("date"));
  };
  CHECK(head(reply_framing::chunked, true, false) == "date: D\r\ntransfer-encoding: chunked\r\n\r\n");
  CHECK(head(reply_framing::until_close, false, true) == "date: D\r\nconnection: close\r\n\r\n");
  CHECK(head(reply_framing::no_body, true, false) == "date: D\r\n\r\n");
  CHECK(head(reply_framing::length, true, true) == "date: D\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n");
}

TEST_CASE("a status that HTTP does not have becomes 500") {
  std::string out;
  write_reply_head(out, {7, {}}, {});
  CHECK(out.starts_with("HTTP/1.1 500 "));
}

TEST_CASE("the date is in the one format of HTTP") {
  date_text date;
  CHECK(date.at(wall_time(std::chrono::seconds(784111777))) == "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110 section 5.6.7
  CHECK(date.at(wall_time(std::chrono::milliseconds(784111777999))) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(date.at(wall_time(std::chrono::seconds(784111778))) == "Sun, 06 Nov 1994 08:49:38 GMT");
}
