#pragma once
/// Server-sent events: splits bytes, however they are cut, into the blocks of an event stream (WHATWG HTML section 9.2.6). A block
/// reaches from the end of the one before to the end of its blank line. Nothing is lost: the `raw` of all blocks is the input.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

/// A block above this is refused: base64 images of several MB in one event are usual, more is not.
inline constexpr std::size_t sse_block_bytes_max = 16 * 1024 * 1024;

struct sse_block {
  std::string_view raw;
  std::string_view type;                    ///< the `event` field; empty means "message"
  std::string_view data;                    ///< the `data` lines, joined by LF
  std::string_view id;                      ///< the last event id so far
  std::optional<std::string_view> error;    ///< a field of that name, which no standard knows (llama-box, old llama.cpp)
  std::optional<std::uint64_t> retry_ms;
  bool has_data = false;                    ///< a `data` line was there: a browser would raise an event, were the block finished
  bool unfinished = false;                  ///< the wire ended before the blank line: a browser drops such a block
  bool too_large = false;                   ///< above sse_block_bytes_max; the last block: all that follows has neither meaning nor limit
};

/// Fed with bytes, asked for blocks. Memory: the unfinished block and what was fed last.
class sse_blocks {
 public:
  /// Takes the next bytes, which it copies. All blocks must have been taken by next() before.
  void feed(std::string_view bytes);
  /// The wire has ended; what is left comes out as one unfinished block.
  void end() { ended_ = true; }
  /// These bytes are no event stream: what is there and all that comes is given out as it is, without meaning and without limit.
  void stop_reading() { broken_ = true; }
  /// The next block, or null until fed again. It lives until the next call of any member.
  const sse_block* next();

 private:
  struct line {
    std::size_t length;      // without its end
    std::size_t end_length;  // 0: the end is not there yet
  };
  line line_at(std::size_t from);
  bool find_block_end();
  const sse_block* give(std::size_t end, bool unfinished);
  const sse_block* give_rest();
  void read(std::string_view raw);
  void read_line(std::string_view text);
  void read_data(std::string_view value);

  std::string buffer_;
  std::size_t start_ = 0;     // of the present block
  std::size_t line_ = 0;      // of the line being looked at
  std::size_t searched_ = 0;  // from line_ to here there is no line end
  std::size_t next_lf_ = std::string_view::npos;
  bool at_beginning_ = true;  // a byte order mark may stand here
  bool skip_lf_ = false;      // what was fed ended in CR: an LF right behind belongs to that
  bool broken_ = false;
  bool ended_ = false;
  sse_block block_;
  std::string joined_;
  std::size_t data_lines_ = 0;
  std::string id_;
};

}  // namespace sallyport
