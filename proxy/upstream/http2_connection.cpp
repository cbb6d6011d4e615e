#include "proxy/upstream/http2_connection.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::upstream {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// What a stream may bring before its user takes it; also HTTP/2's own default.
constexpr std::int32_t stream_window = 65'535;
/// Of all streams together. What arrives counts as taken here, so that one that waits leaves the others their room.
constexpr std::int32_t connection_window = 1 << 20;
/// Frames are collected up to a TLS record.
constexpr std::size_t batch_bytes = 16 * 1024;
constexpr std::size_t header_list_bytes_max = 64 * 1024;
/// Frames that bring nothing: settings, pings, empty data, windows behind an upload. A provider that keeps its peace sends a few a minute, and
/// a few more with each request, by which it opens its windows again or measures the way.
constexpr std::size_t useless_frames_max = 2'000;
constexpr std::size_t useless_frames_a_request = 8;
constexpr std::chrono::seconds useless_time{10};

const std::string broken_rules = "the provider breaks the rules of HTTP/2: ";

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) { return {reinterpret_cast<const char*>(bytes), size}; }

nghttp2_nv field(std::string_view name, std::string_view value, std::uint8_t flags = NGHTTP2_NV_FLAG_NONE) {
  // The library takes pointers to what it does not change.
  const auto bytes = [](std::string_view of) { return reinterpret_cast<std::uint8_t*>(const_cast<char*>(of.data())); };
  return {bytes(name), bytes(value), name.size(), value.size(), flags};
}

std::vector<nghttp2_nv> fields_of(const config::provider& to, const request_fields& request) {
  std::vector<nghttp2_nv> all{field(":method", "POST"), field(":scheme", request.tls ? "https" : "http"),
                              field(":authority", request.authority), field(":path", request.path)};
  all.reserve(all.size() + request.headers.size());
  for (const auto& [name, value] : request.headers)
    all.push_back(field(name, value, is_credential(to, name) ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE));
  return all;
}

failure lost_stream(std::uint32_t code, bool unprocessed, bool by_provider, const std::string& rule) {
  if (unprocessed) return fail(failure_kind::connection_lost, "the provider did not take the request");
  if (by_provider) return fail(failure_kind::connection_lost, std::string("the provider reset the stream: ") + nghttp2_http2_strerror(code));
  return fail(failure_kind::garbled_reply, broken_rules + (rule.empty() ? nghttp2_http2_strerror(code) : rule));
}

struct session_options {
  session_options() {
    if (nghttp2_option_new(&made) != 0) return;
    nghttp2_option_set_no_auto_window_update(made, 1);
    nghttp2_option_set_no_closed_streams(made, 1);
  }
  ~session_options() { nghttp2_option_del(made); }
  session_options(const session_options&) = delete;
  session_options& operator=(const session_options&) = delete;
  nghttp2_option* made = nullptr;
};

}  // namespace

/// What the library calls while it reads and writes. None of them calls anybody who could ask something of the connection.
struct http2_callbacks {
  static http2_connection& connection(void* of) { return *static_cast<http2_connection*>(of); }

  static http2_connection::stream* user_of(const nghttp2_frame* frame, void* of) {
    return frame->hd.type == NGHTTP2_HEADERS ? connection(of).stream_of(frame->hd.stream_id) : nullptr;
  }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                    std::size_t value_size, std::uint8_t, void* of) {
    auto* const one = user_of(frame, of);
    if (one == nullptr || one->user->on_field(text_of(name, name_size), text_of(value, value_size))) return 0;
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int unfit_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t,
                          std::uint8_t, void* of) {
    if (auto* const one = user_of(frame, of)) one->user->on_unfit_field();
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int data(nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size, void* of) {
    if (nghttp2_session_consume_connection(session, size) != 0) return NGHTTP2_ERR_CALLBACK_FAILURE;
    if (auto* const one = connection(of).stream_of(id)) {
      one->user->on_data(text_of(bytes, size));
      connection(of).note_news(id, *one);
    }
    return 0;
  }

  static int frame(nghttp2_session* session, const nghttp2_frame* frame, void* of) {
    auto& all = connection(of);
    auto* const one = all.stream_of(frame->hd.stream_id);
    bool useless = false;
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        if (one == nullptr) break;
        all.note_news(frame->hd.stream_id, *one);
        if (!one->user->on_fields_end())
          return nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_PROTOCOL_ERROR) == 0 ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
        break;
      case NGHTTP2_DATA:
        useless = frame->hd.length == 0 && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0;
        break;
      case NGHTTP2_RST_STREAM:
        if (one != nullptr) one->was_reset = true;
        break;
      case NGHTTP2_GOAWAY:
        all.leaving_ = true;
        break;
      case NGHTTP2_WINDOW_UPDATE:
        useless = !all.is_uploading();
        break;
      case NGHTTP2_SETTINGS:
        all.greeted_ = true;
        useless = true;
        break;
      default:
        useless = true;
    }
    if (useless && !all.bears_another_useless_frame()) return NGHTTP2_ERR_CALLBACK_FAILURE;
    if (one != nullptr && (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
      one->ended = true;
      one->user->on_end();
      all.note_news(frame->hd.stream_id, *one);
    }
    return 0;
  }

  static int closed(nghttp2_session*, std::int32_t id, std::uint32_t code, void* of) {
    auto& all = connection(of);
    --all.open_;
    auto* const one = all.stream_of(id);
    if (one == nullptr) return 0;
    one->closed = true;
    const bool unprocessed = one->unsent || code == NGHTTP2_REFUSED_STREAM;
    if (!one->ended) one->user->on_lost(lost_stream(code, unprocessed, one->was_reset, all.broken_rule_), unprocessed);
    all.note_news(id, *one);
    return 0;
  }

  static int unfit_frame(nghttp2_session*, const nghttp2_frame*, int rule, void* of) {
    connection(of).broken_rule_ = nghttp2_strerror(rule);
    return 0;
  }

  static int unsent_frame(nghttp2_session*, const nghttp2_frame* frame, int, void* of) {
    auto* const one = user_of(frame, of);
    if (one != nullptr) one->unsent = true;
    return 0;
  }

  static ssize_t body(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t room, std::uint32_t* flags, nghttp2_data_source* from,
                      void*) {
    auto* const one = static_cast<http2_connection*>(from->ptr)->stream_of(id);
    if (one == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const std::size_t count = one->user->read_body(reinterpret_cast<char*>(into), room);
    if (one->user->is_body_read()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }

  http2_callbacks() {
    if (nghttp2_session_callbacks_new(&made) != 0) return;
    nghttp2_session_callbacks_set_on_header_callback(made, &header);
    nghttp2_session_callbacks_set_on_invalid_header_callback(made, &unfit_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, &data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, &frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, &closed);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(made, &unfit_frame);
    nghttp2_session_callbacks_set_on_frame_not_send_callback(made, &unsent_frame);
  }
  ~http2_callbacks() { nghttp2_session_callbacks_del(made); }
  http2_callbacks(const http2_callbacks&) = delete;
  http2_callbacks& operator=(const http2_callbacks&) = delete;
  nghttp2_session_callbacks* made = nullptr;
};

http2_connection::http2_connection(std::shared_ptr<provider_wire> over, std::shared_ptr<deadlines> alarms, const clock& time,
                                   http2_patience patience)
    : wire_(std::move(over)), alarms_(std::move(alarms)), time_(time), patience_(patience) {}

http2_connection::~http2_connection() {
  wire_->close();
  nghttp2_session_del(session_);
}

bool http2_connection::make_session() {
  static const http2_callbacks callbacks;
  static const session_options options;
  if (callbacks.made == nullptr || options.made == nullptr) return false;
  if (nghttp2_session_client_new2(&session_, callbacks.made, this, options.made) != 0) return false;
  const std::array<nghttp2_settings_entry, 3> ours{{{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
                                                    {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stream_window},
                                                    {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, header_list_bytes_max}}};
  return nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, ours.data(), ours.size()) == 0 &&
         nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connection_window) == 0;
}

void http2_connection::start(std::function<void()> changed) {
  changed_ = std::move(changed);
  wire_->serve(this);
  wire_->idle_since = heard_ = time_.now();
  if (!make_session()) {
    over_ = true;
    return wire_->close();
  }
  flush();
  wire_->start_read();
}

std::size_t http2_connection::room() const {
  if (!serves_on() || is_doubted()) return 0;
  // What came while nothing was under way may be the end of it: reading will tell.
  if (!greeted_) return open_ == 0 ? 1 : 0;
  if (open_ == 0 && !wire_->is_quiet()) return 0;
  const std::size_t most = std::min<std::size_t>(streams_max, nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS));
  return most > open_ ? most - open_ : 0;
}

http2_connection::stream* http2_connection::stream_of(std::int32_t id) {
  const auto found = streams_.find(id);
  return found == streams_.end() || found->second.closed ? nullptr : &found->second;
}

std::int32_t http2_connection::open(const config::provider& to, const request_fields& request, http2_user& user) {
  if (!serves_on()) return 0;
  const auto fields = fields_of(to, request);
  nghttp2_data_provider body{};
  body.source.ptr = this;
  body.read_callback = &http2_callbacks::body;
  const auto id = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(), user.is_body_read() ? nullptr : &body, nullptr);
  if (id <= 0) {
    leaving_ = true;   // its numbers are used up, or it is about to end
    return 0;
  }
  if (streams_.empty()) heard_ = time_.now();   // silent until now because nobody asked
  streams_.emplace(id, stream{&user, time_.now()});
  ++open_;
  useless_frames_ -= std::min(useless_frames_, useless_frames_a_request);
  watch();
  flush();
  return id;
}

void http2_connection::taken(std::int32_t id, std::size_t bytes) {
  if (over_ || stream_of(id) == nullptr) return;
  if (nghttp2_session_consume_stream(session_, id, bytes) == 0) flush();
}

void http2_connection::leave(std::int32_t id) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  const auto left = found->second;
  streams_.erase(found);
  const auto now = time_.now();
  if (streams_.empty()) wire_->idle_since = now;
  if (left.closed || over_ || nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL) != 0) return;
  // Silence counts from the next stream on: short ones that follow each other would never find out.
  if (heard_ <= left.opened && now - left.opened >= patience_.abandoned) ask_whether_alive();
  flush();
}

// The farewell goes out if it can at once: nobody waits for it.
void http2_connection::close() {
  if (!over_ && nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR) == 0) flush();
  over_ = true;
  deadlines::end(*this);
  wire_->close();
}

// Frames are taken from the library only as they can be written, so a provider that does not read stops the uploads.
void http2_connection::flush() {
  if (writing_ || over_ || doomed_) return;
  while (out_.size() < batch_bytes) {
    const std::uint8_t* bytes = nullptr;
    const auto count = nghttp2_session_mem_send(session_, &bytes);
    if (count < 0) {
      // Called from anywhere: those who have streams are told a moment later.
      doomed_ = fail(failure_kind::connection_lost, std::string("frames cannot be made: ") + nghttp2_strerror(static_cast<int>(count)));
      return alarms_->set(*this, time_.now());
    }
    if (count == 0) break;
    out_.append(text_of(bytes, static_cast<std::size_t>(count)));
  }
  if (!with_news_.empty()) alarms_->set(*this, time_.now());   // of a stream that could not be written
  if (out_.empty()) return std::string().swap(out_);
  writing_ = true;
  wire_->start_write({asio::buffer(out_), {}});
}

void http2_connection::on_written(error_code error, std::size_t count) {
  const auto self = shared_from_this();
  writing_ = false;
  if (over_ || error) return;   // how it ended is found by reading
  out_.erase(0, count);
  if (!out_.empty()) {
    writing_ = true;
    wire_->start_write({asio::buffer(out_), {}});
  } else {
    flush();
  }
  settle();
}

void http2_connection::on_read(error_code error, std::string_view bytes) {
  const auto self = shared_from_this();
  if (!bytes.empty()) take(bytes);
  if (error && !over_) lose(fail(failure_kind::connection_lost, "the connection ended: " + error.message()));
  tell_news();
  flush();
  if (!over_) wire_->start_read();
  settle();
}

void http2_connection::take(std::string_view bytes) {
  heard_ = time_.now();
  asked_.reset();
  const auto count = nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (count >= 0) return;
  if (broken_rule_.empty()) broken_rule_ = nghttp2_strerror(static_cast<int>(count));
  lose(fail(failure_kind::garbled_reply, broken_rules + broken_rule_));
}

// When the library wants to read nothing more, the provider has left, and the last stream is gone; or it broke a rule, and was told so.
void http2_connection::settle() {
  if (!over_ && nghttp2_session_want_read(session_) == 0) {
    const bool was_left = std::exchange(leaving_, true);
    if (!streams_.empty())
      lose(was_left && broken_rule_.empty() ? fail(failure_kind::connection_lost, "the provider left before it took the request")
                                            : fail(failure_kind::garbled_reply, broken_rules + broken_rule_));
    else if (!writing_)
      close();
    tell_news();
  }
  if (changed_) changed_();
}

void http2_connection::note_news(std::int32_t id, stream& of) {
  if (!std::exchange(of.has_news, true)) with_news_.push_back(id);
}

void http2_connection::tell_news() {
  std::vector<std::int32_t> ids;
  ids.swap(with_news_);
  for (const auto id : ids) {
    const auto found = streams_.find(id);
    if (found == streams_.end()) continue;
    auto* const user = found->second.user;
    found->second.has_news = false;
    if (found->second.closed) streams_.erase(found);
    if (streams_.empty()) wire_->idle_since = time_.now();
    user->on_news();
  }
}

void http2_connection::lose(failure why) {
  if (std::exchange(over_, true)) return;
  deadlines::end(*this);
  wire_->close();
  for (auto& [id, one] : streams_) {
    if (!one.closed && !one.ended) one.user->on_lost(why, false);
    one.closed = true;
    note_news(id, one);
  }
}

bool http2_connection::is_uploading() const {
  return std::any_of(streams_.begin(), streams_.end(), [](const auto& one) { return !one.second.closed && !one.second.user->is_body_read(); });
}

bool http2_connection::bears_another_useless_frame() {
  if (heard_ - counted_since_ > useless_time) {
    counted_since_ = heard_;
    useless_frames_ = 0;
  }
  if (++useless_frames_ <= useless_frames_max) return true;
  broken_rule_ = "too many frames that bring nothing";
  return false;
}

void http2_connection::watch() {
  if (std::exchange(watched_, true)) return;
  alarms_->set(*this, asked_ ? *asked_ + patience_.answer : heard_ + patience_.silence);
}

void http2_connection::on_deadline() {
  const auto self = shared_from_this();
  watched_ = false;
  if (doomed_)
    lose(*std::exchange(doomed_, std::nullopt));
  else if (is_awaited())
    look_whether_alive();
  if (!over_) flush();
  tell_news();
  if (!over_ && !doomed_ && is_awaited()) watch();
  settle();
}

void http2_connection::look_whether_alive() {
  const auto now = time_.now();
  if (asked_ && now - *asked_ >= patience_.answer)
    lose(fail(failure_kind::connection_lost, "the provider was silent and did not answer a PING"));
  else if (!streams_.empty() && now - heard_ >= patience_.silence)
    ask_whether_alive();
}

void http2_connection::ask_whether_alive() {
  if (asked_ || nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr) != 0) return;
  asked_ = time_.now();
  watched_ = false;   // the answer is due earlier than the end of the silence
  watch();
}

}  // namespace sallyport::upstream
