#include "tests/proxy/upstream/scripted_http2.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace sallyport::tests {

namespace asio = boost::asio;
using asio::ip::tcp;

void choose_http2(asio::ssl::context& of) {
  SSL_CTX_set_alpn_select_cb(
      of.native_handle(),
      [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned int in_size, void*) {
        return nghttp2_select_next_protocol(const_cast<unsigned char**>(out), size, in, in_size) == 1 ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
      },
      nullptr);
}

struct scripted_callbacks {
  static scripted_http2& connection(void* of) { return *static_cast<scripted_http2*>(of); }

  static int begun(nghttp2_session*, const nghttp2_frame* frame, void* of) {
    auto& all = connection(of);
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    all.streams_[frame->hd.stream_id] = std::make_shared<scripted_stream>(all.shared_from_this(), frame->hd.stream_id);
    all.open_most = std::max(all.open_most, ++all.open);
    return 0;
  }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                    std::size_t value_size, std::uint8_t flags, void* of) {
    const std::string key(reinterpret_cast<const char*>(name), name_size);
    const std::string text(reinterpret_cast<const char*>(value), value_size);
    auto& head = connection(of).streams_[frame->hd.stream_id]->seen_.head;
    if (key == ":path") head = "POST " + text + " HTTP/1.1\r\n" + head;
    if (key == ":authority") head += "host: " + text + "\r\n";
    if (key[0] != ':') head += key + ":" + (text.empty() ? "" : " ") + text + "\r\n";
    if ((flags & NGHTTP2_NV_FLAG_NO_INDEX) != 0) head += "never-indexed: " + key + "\r\n";
    return 0;
  }

  static int data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size, void* of) {
    connection(of).streams_[id]->seen_.body.append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }

  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* of) {
    auto& all = connection(of);
    if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) ++all.pings;
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    const auto& stream = all.streams_[frame->hd.stream_id];
    if (frame->hd.type == NGHTTP2_HEADERS) stream->seen_.head += "\r\n";
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) stream->arrived_ = true;
    if (frame->hd.type == NGHTTP2_HEADERS)
      asio::co_spawn(all.on_.get_executor(), all.script_(stream), asio::detached);
    return 0;
  }

  static int closed(nghttp2_session*, std::int32_t id, std::uint32_t code, void* of) {
    auto& all = connection(of);
    --all.open;
    const auto found = all.streams_.find(id);
    found->second->over_ = true;
    if (code != 0) found->second->code = code;
    all.streams_.erase(found);
    return 0;
  }

  static ssize_t body(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t room, std::uint32_t* flags, nghttp2_data_source* from, void*) {
    auto& stream = *static_cast<scripted_stream*>(from->ptr);
    const std::size_t count = std::min(room, stream.body_.size());
    std::copy_n(stream.body_.begin(), count, into);
    stream.body_.erase(0, count);
    stream.written += count;
    if (stream.body_.empty() && stream.whole_) *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (count == 0 && !stream.whole_) return NGHTTP2_ERR_DEFERRED;
    return static_cast<ssize_t>(count);
  }

  scripted_callbacks() {
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_begin_headers_callback(made, &begun);
    nghttp2_session_callbacks_set_on_header_callback(made, &header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, &data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, &frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, &closed);
  }
  scripted_callbacks(const scripted_callbacks&) = delete;
  scripted_callbacks& operator=(const scripted_callbacks&) = delete;
  ~scripted_callbacks() { nghttp2_session_callbacks_del(made); }
  nghttp2_session_callbacks* made = nullptr;
};

task<std::optional<request_seen>> scripted_stream::read_request() {
  const auto self = shared_from_this();
  while (!over_ && (read_ || !arrived_)) co_await on_->changed_.async_wait(as_values);
  if (over_ || std::exchange(read_, true)) co_return std::nullopt;
  co_return seen_;
}

task<bool> scripted_stream::write(std::string bytes) {
  const auto self = shared_from_this();
  reply_ += bytes;
  take_reply();
  on_->flush();
  while (!over_ && (!body_.empty() || on_->writing_)) co_await on_->changed_.async_wait(as_values);
  co_return !over_ || whole_;
}

// What stands there in HTTP/1.1, as far as it is there: a head once, then what the body brings.
void scripted_stream::take_reply() {
  if (over_) return;
  for (auto end = std::string::npos; !head_sent_ && (end = reply_.find("\r\n\r\n")) != std::string::npos;) {
    take_head(reply_.substr(0, end + 2));
    reply_.erase(0, end + 4);
  }
  if (!head_sent_) return;
  if (!chunked_) {
    const auto count = std::min(left_, reply_.size());
    body_ += reply_.substr(0, count);
    left_ -= count;
    whole_ = left_ == 0;
    reply_.clear();
  }
  while (chunked_ && !whole_) {
    const auto line = reply_.find("\r\n");
    if (line == std::string::npos) break;
    const auto size = std::stoul(reply_.substr(0, line), nullptr, 16);
    if (reply_.size() < line + 2 + size) break;
    body_ += reply_.substr(line + 2, size);
    reply_.erase(0, std::min(reply_.size(), line + 2 + size + 2));
    whole_ = size == 0;
  }
  nghttp2_session_resume_data(on_->session_, id_);
}

void scripted_stream::take_head(const std::string& head) {
  std::vector<std::pair<std::string, std::string>> fields{{":status", head.substr(9, 3)}};
  chunked_ = false;
  left_ = 0;
  for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
    const auto end = head.find("\r\n", at);
    const auto colon = head.find(':', at);
    std::string name = head.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto from = std::min(head.find_first_not_of(' ', colon + 1), end);
    const std::string value = head.substr(from, end - from);
    at = end + 2;
    if (name == "transfer-encoding") {
      chunked_ = true;
      continue;
    }
    if (name == "content-length") left_ = std::stoul(value);
    fields.emplace_back(name, value);
  }
  std::vector<nghttp2_nv> all;
  for (auto& [name, value] : fields)
    all.push_back({reinterpret_cast<std::uint8_t*>(name.data()), reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                   NGHTTP2_NV_FLAG_NONE});
  if (fields[0].second[0] == '1') {
    nghttp2_submit_headers(on_->session_, NGHTTP2_FLAG_NONE, id_, nullptr, all.data(), all.size(), nullptr);
    return;
  }
  nghttp2_data_provider body{};
  body.source.ptr = this;
  body.read_callback = &scripted_callbacks::body;
  nghttp2_submit_response(on_->session_, id_, all.data(), all.size(), &body);
  head_sent_ = true;
}

task<bool> scripted_stream::sees_close() {
  const auto self = shared_from_this();
  asio::steady_timer limit(on_->socket_.get_executor());
  limit.expires_after(std::chrono::seconds(2));
  bool in_time = true;
  limit.async_wait([&, self](boost::system::error_code cancelled) {
    if (cancelled) return;
    in_time = false;
    on_->changed_.cancel();
  });
  while (!over_ && in_time) co_await on_->changed_.async_wait(as_values);
  limit.cancel();
  co_return in_time;
}

void scripted_stream::close() {
  if (!whole_) reset(0x2);
}

void scripted_stream::reset(std::uint32_t with) {
  if (over_) return;
  nghttp2_submit_rst_stream(on_->session_, NGHTTP2_FLAG_NONE, id_, with);
  on_->flush();
}

scripted_http2::scripted_http2(asio::io_context& on, tcp::socket socket, asio::ssl::context& tls, script of_each_stream, std::uint32_t streams_max)
    : on_(on),
      socket_(std::move(socket)),
      tls_(socket_, tls),
      script_(std::move(of_each_stream)),
      streams_max_(streams_max),
      changed_(on) {
  socket_.set_option(tcp::no_delay(true));
  changed_.expires_at(asio::steady_timer::time_point::max());
  static const scripted_callbacks callbacks;
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_max_send_header_block_length(option, 1 << 20);
  nghttp2_session_server_new2(&session_, callbacks.made, this, option);
  nghttp2_option_del(option);
  const nghttp2_settings_entry most{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, streams_max_};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &most, 1);
}

scripted_http2::~scripted_http2() { nghttp2_session_del(session_); }

task<void> scripted_http2::play(std::shared_ptr<scripted_http2> self) {
  // Also where the io_context ends first: streams and their connection hold one another.
  struct ending {
    scripted_http2& of;
    ~ending() {
      for (const auto& [id, one] : std::exchange(of.streams_, {})) one->over_ = true;
    }
  } const at_the_end{*self};
  auto [refused] = co_await self->tls_.async_handshake(asio::ssl::stream_base::server, as_values);
  if (refused) co_return;
  self->flush();
  std::array<char, 16 * 1024> piece{};
  for (;;) {
    auto [error, got] = co_await self->tls_.async_read_some(asio::buffer(piece), as_values);
    if (error) break;
    if (self->silent_) continue;
    if (nghttp2_session_mem_recv(self->session_, reinterpret_cast<const std::uint8_t*>(piece.data()), got) < 0) break;
    self->flush();
    self->changed_.cancel();
  }
  self->cut();
  for (const auto& [id, one] : self->streams_) one->over_ = true;
  self->changed_.cancel();
}

void scripted_http2::flush() {
  if (writing_ || silent_ || !socket_.is_open()) return;
  const std::uint8_t* bytes = nullptr;
  while (out_.size() < 64 * 1024) {
    const auto count = nghttp2_session_mem_send(session_, &bytes);
    if (count <= 0) break;
    out_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
  }
  if (out_.empty()) return;
  writing_ = true;
  asio::co_spawn(on_.get_executor(), write_out(shared_from_this()), asio::detached);
}

task<void> scripted_http2::write_out(std::shared_ptr<scripted_http2> self) {
  const std::string bytes = std::exchange(self->out_, {});
  auto [error, sent] = co_await asio::async_write(self->tls_, asio::buffer(bytes), as_values);
  self->writing_ = false;
  if (!error) self->flush();
  self->changed_.cancel();
}

void scripted_http2::go_away(std::int32_t last_id) {
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_id, NGHTTP2_NO_ERROR, nullptr, 0);
  flush();
}

void scripted_http2::cut() {
  boost::system::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

void scripted_http2::write_raw(std::string bytes) {
  out_ += bytes;
  flush();
}

}  // namespace sallyport::tests
