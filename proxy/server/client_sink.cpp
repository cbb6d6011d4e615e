#include "proxy/server/client_sink.hpp"

#include <charconv>
#include <utility>

namespace sallyport::server {

void client_sink::write_head(const reply_start& start, reply_framing framing, std::size_t length) {
  if (has_no_body(start.status)) framing = reply_framing::no_body;
  if (framing == reply_framing::until_close) manner_.keep_alive = false;
  framing_ = framing;
  reply_terms terms;
  terms.framing = framing;
  terms.length = length;
  terms.keep_alive = manner_.keep_alive;
  terms.client_is_http_1_0 = manner_.http_1_0;
  terms.date = date_.at(time_.wall());
  head_.reserve(512);
  write_reply_head(head_, start, terms);
}

task<bool> client_sink::send_whole(reply_start start, std::string_view body) {
  if (at_ != stage::fresh) co_return false;
  at_ = stage::ended;
  write_head(start, reply_framing::length, body.size());
  const bool has_body = framing_ == reply_framing::length && !manner_.head_only;
  std::array<boost::asio::const_buffer, 2> parts{boost::asio::buffer(head_),
                                                 boost::asio::buffer(body.data(), has_body ? body.size() : 0)};
  pieces left(parts);
  if (wire_.write_now(left)) co_return true;
  co_return co_await wire_.write(left);
}

task<bool> client_sink::open(reply_start start) {
  if (at_ != stage::fresh) co_return false;
  at_ = stage::open;
  write_head(start, manner_.http_1_0 ? reply_framing::until_close : reply_framing::chunked, 0);
  co_return !wire_.is_gone();
}

// No coroutine of its own, as it is asked for every chunk.
task<bool> client_sink::write(std::string_view bytes) { return send(bytes, false); }

task<bool> client_sink::close(std::string_view last_bytes) {
  const bool sent = co_await send(last_bytes, true);
  if (sent) at_ = stage::ended;
  co_return sent;
}

client_sink::chunk::chunk(const client_sink& of, std::string_view bytes, bool last) {
  if (of.framing_ == reply_framing::no_body || of.manner_.head_only) bytes = {};
  const bool chunked = of.framing_ == reply_framing::chunked && !of.manner_.head_only;
  std::size_t size_bytes = 0;
  std::string_view tail;
  if (chunked && !bytes.empty()) {
    char* end = std::to_chars(size.data(), size.data() + 16, bytes.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    size_bytes = static_cast<std::size_t>(end - size.data());
    tail = last ? std::string_view("\r\n0\r\n\r\n") : std::string_view("\r\n");
  } else if (chunked && last) {
    tail = "0\r\n\r\n";  // an empty chunk anywhere else would end the message
  }
  parts = {boost::asio::buffer(of.head_), boost::asio::buffer(size.data(), size_bytes), boost::asio::buffer(bytes.data(), bytes.size()),
           boost::asio::buffer(tail.data(), tail.size())};
}

bool client_sink::write_now(std::string_view bytes) {
  if (at_ != stage::open) return false;
  chunk one(*this, bytes, false);
  const auto whole = boost::asio::buffer_size(one.parts);
  pieces left(one.parts);
  drop_front(left, begun_);
  const bool written = wire_.write_now(left);
  begun_ = written ? 0 : whole - boost::asio::buffer_size(left);
  if (written) std::string().swap(head_);
  return written;
}

task<bool> client_sink::send(std::string_view bytes, bool last) {
  if (at_ != stage::open) co_return false;
  chunk one(*this, bytes, last);
  pieces left(one.parts);
  drop_front(left, std::exchange(begun_, 0));
  bool sent = wire_.write_now(left);
  if (!sent) sent = co_await wire_.write(left);
  std::string().swap(head_);
  co_return sent;
}

void client_sink::break_off() { wire_.reset(); }

void client_sink::when_client_leaves(std::function<void()> gone) { wire_.when_client_leaves(std::move(gone)); }

}  // namespace sallyport::server
