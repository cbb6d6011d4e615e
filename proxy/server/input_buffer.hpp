#pragma once
/// Bytes that have arrived and were not yet used. Contiguous; grows to its limit, gives memory back when it is empty.
/// While a read into room() is under way only view() and consume() may be called: they do not move the bytes.

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace sallyport::server {

class input_buffer {
 public:
  static constexpr std::size_t usual_bytes = 4 * 1024;   ///< most heads, and the bodies of short calls behind them; a long body is read into its own place
  static constexpr std::size_t slim_bytes = 512;
  static constexpr std::size_t bytes_max = 128 * 1024;  ///< a head of the largest size and what was sent behind it

  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  void consume(std::size_t count) { begin_ += count; }

  /// Space for the next read. Empty when bytes_max are waiting.
  boost::asio::mutable_buffer room();
  /// Whether slim() would give memory back.
  bool is_fat() const { return size() == 0 && capacity_ > slim_bytes; }
  /// Of an empty buffer: the next room() is a small one, for a read that is not expected to bring anything. No read is under way.
  void slim() { is_slim_ = true; }
  void add(std::size_t count) { end_ += count; }

 private:
  void move_to(std::size_t capacity);

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool is_slim_ = false;
};

}  // namespace sallyport::server
