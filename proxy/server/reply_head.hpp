#pragma once
/// Writes the head of a reply by hand: what a message and a serializer would do costs half of a small request's instructions.
/// Names and values come from header_list, which let through only what is fit for the wire. Pure.

#include "proxy/words/clock.hpp"
#include "proxy/words/reply_sink.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::server {

/// How the reply's end is told to the client.
enum class reply_framing : std::uint8_t { length, chunked, until_close, no_body };

struct reply_terms {
  reply_framing framing = reply_framing::length;
  std::size_t length = 0;        ///< with reply_framing::length
  bool keep_alive = true;
  bool client_is_http_1_0 = false;  ///< then keep-alive must be said
  std::string_view date;         ///< IMF-fixdate
};

/// Appends status line, fields and blank line to `out`. Framing, Date and Connection among the start's headers are left out: they are ours.
void write_reply_head(std::string& out, const reply_start& start, const reply_terms& terms);

/// True for 1xx, 204 and 304, which have no body (RFC 9110 section 6.4.1).
bool has_no_body(int status);

/// The Date field's text, made once a second.
class date_text {
 public:
  std::string_view at(wall_time now);

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

}  // namespace sallyport::server
