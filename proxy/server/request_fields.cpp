#include "proxy/server/request_fields.hpp"

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace sallyport::server {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

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

/// Beast's parser, which puts each field where we keep them: its own container allocates one by one, and sorts.
class field_reader final : public http::basic_parser<true> {
 public:
  field_reader() {
    header_limit(static_cast<std::uint32_t>(head_bytes_max));
    body_limit(boost::none);  // the body never reaches this parser
  }

  result<header_list>& fields() { return fields_; }

  bool agrees(const framing& examined) const {
    if (chunked() != (examined.body == body_framing::chunked)) return false;
    const auto length = content_length();
    if (!length) return examined.body != body_framing::length;
    return *length == examined.length && examined.body != body_framing::chunked;
  }

 private:
  void on_field_impl(http::field known, beast::string_view name, beast::string_view value, error_code&) override {
    if (fields_.has_error() || stays_here(known)) return;
    if (auto added = fields_->add({name.data(), name.size()}, {value.data(), value.size()}); !added)
      fields_ = fail(failure_kind::malformed_http, added.error().detail);
  }
  void on_request_impl(http::verb, beast::string_view, beast::string_view, int, error_code&) override {}
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code&) override { return body.size(); }
  void on_finish_impl(error_code&) override {}

  result<header_list> fields_{header_list()};
};

}  // namespace

result<header_list> read_fields(std::string_view head, const framing& examined) {
  field_reader reader;
  error_code refused;
  reader.put(boost::asio::buffer(head.data(), head.size()), refused);
  if (refused && refused != http::error::need_more)
    return fail(failure_kind::malformed_http, "second reading refuses the head: " + refused.message());
  if (!reader.is_header_done() || !reader.agrees(examined))
    return fail(failure_kind::malformed_http, "two readings of the head disagree on its framing");
  return std::move(reader.fields());
}

}  // namespace sallyport::server
