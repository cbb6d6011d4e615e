#include "proxy/server/request_fields.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>

#include <array>
#include <string>

namespace sallyport::server {
namespace {

namespace http = boost::beast::http;

std::string_view plain(boost::beast::string_view text) { return {text.data(), text.size()}; }

bool stays_here(http::field name) {
  switch (name) {
    case http::field::content_length:
    case http::field::transfer_encoding:
    case http::field::connection:
    case http::field::keep_alive:
    case http::field::proxy_connection:
    case http::field::te:
    case http::field::trailer:
    case http::field::upgrade:
    case http::field::expect: return true;
    default: return false;
  }
}

bool agrees(const http::request_parser<http::empty_body>& parser, const framing& examined) {
  if (parser.chunked() != (examined.body == body_framing::chunked)) return false;
  const auto length = parser.content_length();
  if (!length) return examined.body != body_framing::length;
  return *length == examined.length && examined.body != body_framing::chunked;
}

}  // namespace

result<header_list> read_fields(std::string_view head, const framing& examined) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(head_bytes_max));
  parser.body_limit(boost::none);  // the body never reaches this parser
  boost::system::error_code refused;
  parser.put(boost::asio::buffer(head.data(), head.size()), refused);
  if (refused && refused != http::error::need_more)
    return fail(failure_kind::malformed_http, "second reading refuses the head: " + refused.message());
  if (!parser.is_header_done() || !agrees(parser, examined))
    return fail(failure_kind::malformed_http, "two readings of the head disagree on its framing");
  header_list fields;
  for (const auto& field : parser.get()) {
    if (stays_here(field.name())) continue;
    if (auto added = fields.add(plain(field.name_string()), plain(field.value())); !added)
      return fail(failure_kind::malformed_http, added.error().detail);
  }
  return fields;
}

}  // namespace sallyport::server
