#include "proxy/server/reply_head.hpp"

#include "adapters/words/header_list.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <utility>

namespace sallyport::server {
namespace {

std::string_view reason_of(int status) {
  static constexpr std::array<std::pair<int, std::string_view>, 32> reasons{{
      {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {301, "Moved Permanently"}, {302, "Found"},
      {304, "Not Modified"}, {307, "Temporary Redirect"}, {308, "Permanent Redirect"}, {400, "Bad Request"}, {401, "Unauthorized"},
      {402, "Payment Required"}, {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"}, {408, "Request Timeout"},
      {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"}, {413, "Content Too Large"}, {415, "Unsupported Media Type"},
      {417, "Expectation Failed"}, {422, "Unprocessable Content"}, {424, "Failed Dependency"}, {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"}, {500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"},
      {503, "Service Unavailable"}, {504, "Gateway Timeout"}, {529, "Overloaded"},
  }};
  const auto found = std::find_if(reasons.begin(), reasons.end(), [&](const auto& reason) { return reason.first == status; });
  return found == reasons.end() ? std::string_view("Status") : found->second;
}

bool is_ours(std::string_view name) {
  static constexpr std::array<std::string_view, 7> ours{"content-length", "transfer-encoding", "connection", "date",
                                                        "keep-alive",     "trailer",           "upgrade"};
  return std::any_of(ours.begin(), ours.end(), [&](std::string_view one) { return same_name(one, name); });
}

void add_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void add_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void add_framing(std::string& out, const reply_terms& terms) {
  if (terms.framing == reply_framing::chunked) return add_field(out, "transfer-encoding", "chunked");
  if (terms.framing != reply_framing::length) return;
  out.append("content-length: ");
  add_number(out, terms.length);
  out.append("\r\n");
}

}  // namespace

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

void write_reply_head(std::string& out, const reply_start& start, const reply_terms& terms) {
  const int status = start.status >= 100 && start.status <= 999 ? start.status : 500;
  out.append("HTTP/1.1 ");
  add_number(out, static_cast<std::uint64_t>(status));
  out.append(" ").append(reason_of(status)).append("\r\n");
  for (const auto& [name, value] : start.headers)
    if (!is_ours(name)) add_field(out, name, value);
  add_field(out, "date", terms.date);
  add_framing(out, terms);
  if (!terms.keep_alive) add_field(out, "connection", "close");
  else if (terms.client_is_http_1_0) add_field(out, "connection", "keep-alive");
  out.append("\r\n");
}

std::string_view date_text::at(wall_time now) {
  const auto second = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (second == second_) return text_;
  const auto seconds = static_cast<std::time_t>(second);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  // The process never leaves the "C" locale, so day and month are English.
  text_.assign(text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts));
  second_ = second;
  return text_;
}

}  // namespace sallyport::server
