#pragma once
/// Where one HTTP/1 request begins and ends, decided once and strictly, from the raw bytes and before any other parser sees them.
///
/// Why not leave it to Beast: Beast 1.81 takes `Transfer-Encoding: blegh` for "no body" (the body then becomes the next request), counts
/// `chunked\xa0` and `,chunked` as chunked, and accepts `Content-Length: 1000,1000`. Whatever stands before or behind us may read these
/// otherwise, and that difference is request smuggling. So anything that RFC 9112 leaves open is refused here with 400, and the connection
/// is closed. Beast parses the head afterwards and must agree (request_fields.hpp).
///
/// Pure: no socket, no clock, no allocation but for a failure's text.

#include "adapters/words/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sallyport::server {

inline constexpr std::size_t head_bytes_max = 64 * 1024;    ///< from the request line to the blank line
inline constexpr std::size_t target_bytes_max = 8 * 1024;
inline constexpr std::size_t field_bytes_max = 16 * 1024;   ///< one field's value
inline constexpr std::size_t field_count_max = 100;

enum class body_framing : std::uint8_t { none, length, chunked };

/// What the head says. The views lie in the examined bytes.
struct framing {
  std::string_view method;
  std::string_view path;    ///< of the target, up to the question mark
  std::string_view query;   ///< behind it
  int minor = 1;            ///< HTTP/1.0 or HTTP/1.1
  body_framing body = body_framing::none;
  std::uint64_t length = 0;       ///< declared bytes of the body
  bool keep_alive = true;         ///< the client allows another request on this connection
  bool expects_continue = false;  ///< `Expect: 100-continue`, HTTP/1.1 only
};

/// How far a head has arrived.
enum class head_state : std::uint8_t {
  incomplete,
  whole,      ///< `length` bytes, blank line included
  broken,     ///< it can never become a head: examine() names the rule
  too_large,
};

struct head_extent {
  head_state state = head_state::incomplete;
  std::size_t length = 0;
};

/// Looks for the end of the head that starts at `bytes[0]`. `scanned` is where the last call stopped: 0 for a new head, kept by the caller.
/// A line that does not end in CR LF, a CR inside a line and a first byte that no method begins with are found without waiting for more.
head_extent find_head_end(std::string_view bytes, std::size_t& scanned);

/// Judges a head that ends with its blank line. Fails with malformed_http (the detail names the rule) or headers_too_large.
result<framing> examine(std::string_view head);

}  // namespace sallyport::server
