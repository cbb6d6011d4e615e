#pragma once
/// Decodes a chunked body (RFC 9112 section 7.1), strictly: a client's request and a provider's reply. Beast's decoder is not used here: it takes a bare LF, blanks around the
/// size and unbounded extensions, and each of these is a known way to make two servers disagree on where a body ends.
///
/// Accepted: 1 to 16 hex digits, extensions `;name[=token|"quoted"]` without blanks, CR LF everywhere, trailers (checked, discarded).
/// Pure; feed it any split of the bytes, the outcome is the same.

#include "adapters/words/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport {

class chunk_decoder {
 public:
  /// Limits over the whole body: what carries no content must not cost us more than content would.
  static constexpr std::size_t extension_bytes_max = 4 * 1024;
  static constexpr std::size_t trailer_bytes_max = 8 * 1024;

  /// `content_bytes_max`: more decoded bytes fail with body_too_large, as soon as a chunk announces them.
  explicit chunk_decoder(std::uint64_t content_bytes_max) : room_(content_bytes_max) {}

  /// Decodes from the front of `bytes`, appends to `content`, and says how many bytes it took: fewer than given only at the body's end.
  /// Fails with malformed_http or body_too_large; nothing may be fed after that.
  result<std::size_t> feed(std::string_view bytes, std::string& content);

  bool is_done() const { return at_ == state::done; }

 private:
  enum class state : std::uint8_t {
    size_start,       ///< at least one digit must come
    size,
    extension_start,  ///< behind a semicolon
    extension_name,
    value_start,      ///< behind the equals sign
    value_token,
    quoted,
    quoted_pair,      ///< behind a backslash
    quoted_end,       ///< behind the closing quote
    size_lf,
    content,
    content_cr,
    content_lf,
    trailer_start,
    trailer_name,
    trailer_value,
    trailer_lf,
    last_lf,
    done,
  };

  result<void> step(char c);
  result<void> step_size(char c);
  result<void> step_extension(char c);
  result<void> step_trailer(char c);
  result<void> end_size_line();
  bool expect(char c, char wanted, state next);
  bool leave_extension(char c);

  state at_ = state::size_start;
  int digits_ = 0;
  std::uint64_t left_ = 0;   ///< bytes of the present chunk
  std::uint64_t room_;
  std::size_t extension_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
};

}  // namespace sallyport
