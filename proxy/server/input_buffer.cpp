#include "proxy/server/input_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sallyport::server {
namespace {

/// Less room than this is not worth a system call.
constexpr std::size_t room_min = 4 * 1024;

}  // namespace

boost::asio::mutable_buffer input_buffer::room() {
  if (size() == 0) {
    begin_ = end_ = 0;
    const auto wanted = std::exchange(is_slim_, false) ? slim_bytes : usual_bytes;
    if (capacity_ != wanted) move_to(wanted);
    return {bytes_.get(), capacity_};
  }
  if (capacity_ - end_ < room_min && begin_ > 0) {
    std::memmove(bytes_.get(), bytes_.get() + begin_, size());
    end_ -= begin_;
    begin_ = 0;
  }
  if (capacity_ - end_ < room_min && capacity_ < bytes_max) move_to(std::max(capacity_ * 2, usual_bytes));
  return {bytes_.get() + end_, capacity_ - end_};
}

void input_buffer::move_to(std::size_t capacity) {
  std::unique_ptr<char[]> larger(new char[capacity]);  // not zeroed: untouched pages cost no memory
  if (end_ > 0) std::memcpy(larger.get(), bytes_.get(), end_);
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

}  // namespace sallyport::server
