#pragma once
/// A small strict reader of HTTP/1.1 requests for the built-in upstream: fed with bytes, gives whole requests. Pure; one thread.
/// It takes Content-Length or `Transfer-Encoding: chunked`, never both, and refuses what RFC 9112 calls ambiguous, so that a gateway
/// that writes bad framing is found out here.

#include "adapters/words/header_list.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::rehearsal {

struct http_request {
  std::string method;
  std::string target;   ///< as sent, query included
  header_list headers;  ///< all, in order
  std::string body;     ///< unchunked
};

class request_reader {
 public:
  enum class state : unsigned char { needs_more, whole, broken };

  /// Limits in bytes; beyond them the request is broken.
  explicit request_reader(std::size_t head_max = 64u << 10, std::size_t body_max = 64u << 20) : head_max_(head_max), body_max_(body_max) {}

  /// Takes bytes; what lies behind a whole request stays for the next one.
  state feed(std::string_view bytes);
  /// The whole request. Call only in state::whole; then the reader begins with the next one (see again()).
  http_request take();
  /// Looks at the bytes left behind by the last request.
  state again() { return feed({}); }

  /// True once when the head asks for `100 Continue` and the body is not there yet.
  bool wants_continue();
  /// Why it is broken, one clause.
  std::string_view why() const { return why_; }
  /// True when no byte of a next request is there.
  bool is_idle() const { return buffer_.empty() && !head_done_; }

 private:
  enum class framing : unsigned char { none, length, chunked };

  state advance();
  bool read_head(std::string_view head);
  bool read_framing();
  state read_length_body();
  state read_chunks();
  state broken(std::string_view why);

  std::size_t head_max_;
  std::size_t body_max_;
  std::string buffer_;
  std::size_t at_ = 0;          ///< chunked: how far the buffer is read
  bool head_done_ = false;
  bool continue_asked_ = false;
  framing framing_ = framing::none;
  std::size_t length_ = 0;
  http_request request_;
  std::string_view why_;
  state state_ = state::needs_more;
};

}  // namespace sallyport::rehearsal
