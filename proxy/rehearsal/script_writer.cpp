#include "proxy/rehearsal/script_writer.hpp"

#include "proxy/rehearsal/gzip.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace sallyport::rehearsal {
namespace {

using std::chrono::milliseconds;
using enum fault_kind;

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 307: return "Temporary Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Payload Too Large";
    case 415: return "Unsupported Media Type";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Rehearsed";
  }
}

std::string chunk_of(std::string_view bytes) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + std::string(bytes) + "\r\n";
}

std::string ballast(std::int64_t size) { return std::string(static_cast<std::size_t>(size), 'x'); }

}  // namespace

script_writer::script_writer(const conduct& in_force, std::uint64_t ordinal) : in_force_(in_force), ordinal_(ordinal) {
  script_.byte_by_byte = in_force.has(split_utf8);
  script_.open_for = in_force.time(stall_for);
  if (!in_force.has(trickle_after)) trickle_now();
}

script script_writer::broken_off(ending how) {
  script_.ends = how;
  script_.is_whole = false;
  return take();
}

void script_writer::raw(std::string bytes) { script_.steps.push_back({step::act::write, std::move(bytes), {}, apart_}); }

void script_writer::trickle_now() {
  if (in_force_.has(trickle)) apart_ = in_force_.time(trickle);
}

void script_writer::wait(milliseconds time) {
  if (time.count() > 0) script_.steps.push_back({step::act::wait, {}, time});
}

void script_writer::stall(std::string comment) {
  const milliseconds time = in_force_.time(stall_for);
  script_.steps.push_back({step::act::stall, std::move(comment), time, std::clamp(time / 4, milliseconds(1), milliseconds(1'000))});
}

void script_writer::body(std::string_view bytes) { raw(framing_ == framing::chunked ? chunk_of(bytes) : std::string(bytes)); }

script script_writer::finished() {
  if (framing_ == framing::chunked) raw("0\r\n\r\n");
  if (framing_ == framing::by_close) script_.ends = ending::close;
  return take();
}

void script_writer::head(int status, std::string_view type, framing how, std::size_t length, std::string_view extra) {
  framing_ = how;
  std::string text = "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason_of(status)) + "\r\n";
  text += "content-type: " + std::string(type) + "\r\n";
  // What vendors send beside the reply; none of it may reach a gateway's client.
  text += "x-request-id: rehearsal-" + std::to_string(ordinal_) + "\r\nopenai-processing-ms: 1\r\nset-cookie: rehearsal=1; Path=/\r\n";
  text += extra;
  if (in_force_.has(gzip_unasked)) text += "content-encoding: gzip\r\n";
  if (in_force_.has(huge_head)) text += "x-rehearsal-ballast: " + ballast(in_force_.value(huge_head)) + "\r\n";
  if (how == framing::length) text += "content-length: " + std::to_string(length) + "\r\n";
  if (how == framing::length && in_force_.has(two_lengths)) text += "content-length: " + std::to_string(length + 7) + "\r\n";
  if (how == framing::chunked) text += "transfer-encoding: chunked\r\n";
  if (how == framing::by_close) text += "connection: close\r\n";
  raw(text + "\r\n");
}

script script_writer::whole(int status, std::string_view type, std::string bytes, std::string_view extra) {
  if (in_force_.has(gzip_unasked) || in_force_.has(gzip_unlabelled)) bytes = gzip_of(bytes);
  if (in_force_.has(truncated_content_length)) {
    head(status, type, framing::length, bytes.size(), extra);
    body(std::string_view(bytes).substr(0, bytes.size() / 2));
    return broken_off(ending::close);
  }
  head(status, type, in_force_.has(close_delimited) ? framing::by_close : framing::length, bytes.size(), extra);
  body(bytes);
  return finished();
}

script script_writer::midway(fault_kind how, std::string_view rest, std::string_view comment) {
  if (how == short_chunk_after) {
    const std::string chunk = framing_ == framing::chunked ? chunk_of(rest) : std::string(rest);
    raw(chunk.substr(0, chunk.size() / 2));
  }
  if (how == half_event_at) body(rest.substr(0, rest.size() / 2));
  if (how == stall_after) stall({});
  if (how == stall_with_comments)
    // A comment inside a chunked body must be a chunk itself.
    stall(framing_ == framing::chunked ? chunk_of(comment) : std::string(comment));
  return broken_off(how == reset_after ? ending::reset : how == half_close_after ? ending::half_close : ending::close);
}

}  // namespace sallyport::rehearsal
