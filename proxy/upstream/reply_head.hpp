#pragma once
/// Reads the head of a provider's reply, line by line: for both transports the same. libcurl, by itself, lets two different Content-Length, a
/// Transfer-Encoding beside a Content-Length, folded fields and bare line feeds pass; here they are refused (RFC 9112 sections 2.2, 5.2
/// and 6). Fields of HTTP/2 are taken one by one and held to the same. Pure; one object reads one reply.

#include "adapters/words/failure.hpp"
#include "proxy/upstream/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::upstream {

/// All lines of all heads and of the trailer together.
inline constexpr std::size_t reply_head_bytes_max = 64 * 1024;

/// What says where the body ends (RFC 9112 section 6.3).
enum class reply_extent : std::uint8_t { none, length, chunked, until_close };

class reply_head {
 public:
  enum class verdict : std::uint8_t {
    more,     ///< the line was taken
    whole,    ///< it ended the head; what still comes is a trailer, and dropped
    refused,  ///< why_not() says what is wrong
  };

  /// One line with its line end. Interim (1xx) heads are read and forgotten.
  verdict take(std::string_view line);

  // HTTP/2 (RFC 9113 section 8.3.2).
  /// One field of a block, `:status` first; each counts with 32 bytes more than it has (section 6.5.2).
  verdict take_pair(std::string_view name, std::string_view value);
  /// The end of the block.
  verdict end_pairs();

  bool is_whole() const { return whole_; }
  const incoming_head& head() const { return head_; }
  const std::string& why_not() const { return why_not_; }

  // Of a whole head, as the answer to a request that is not HEAD.
  reply_extent extent() const;
  /// In bytes, where the head says so.
  std::optional<std::uint64_t> length() const;
  /// The connection may serve another request behind this reply.
  bool keeps_alive() const { return !http_1_0_ && !closes_; }

 private:
  verdict take_status(std::string_view line);
  verdict begin_block(std::string_view code);
  verdict take_field(std::string_view line);
  verdict add_field(std::string_view name, std::string_view value);
  verdict end_block();
  bool take_framing(std::string_view name, std::string_view value);
  verdict refuse(std::string why);

  incoming_head head_;
  std::string content_length_;
  std::string why_not_;
  std::size_t bytes_ = 0;
  bool in_block_ = false;
  bool chunked_ = false;
  bool http_1_0_ = false;
  bool closes_ = false;
  bool whole_ = false;
};

}  // namespace sallyport::upstream
