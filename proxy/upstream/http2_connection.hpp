#pragma once
/// A connection to a provider in HTTP/2 (RFC 9113), which many round trips share: frames, windows and the end of it. What one stream brings waits
/// for its user, at most 64 KiB of it, and holds nobody else back. A connection that is silent while somebody waits is asked whether it is alive.
/// Owned by the shelf of its class and by those who have a stream on it; one thread.

#include "adapters/words/failure.hpp"
#include "config/settings.hpp"
#include "proxy/upstream/deadlines.hpp"
#include "proxy/upstream/provider_wire.hpp"
#include "proxy/upstream/request_head.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct nghttp2_session;

namespace sallyport::upstream {

/// Whom a stream serves. Told from within the connection's reading, when nothing may be asked of it; on_news() comes when all may be.
class http2_user {
 public:
  /// A field of the reply's head, of an interim one or of a trailer. False: the stream is to be reset.
  virtual bool on_field(std::string_view name, std::string_view value) = 0;
  /// A field that is not fit for the wire; the stream is reset.
  virtual void on_unfit_field() = 0;
  /// The end of those fields. False: the stream is to be reset.
  virtual bool on_fields_end() = 0;
  virtual void on_data(std::string_view bytes) = 0;
  virtual void on_end() = 0;
  /// There will be no end. `unprocessed`: the provider says that it has done nothing with the request.
  virtual void on_lost(failure why, bool unprocessed) = 0;
  /// Puts what comes next of the request's body there; how much it was.
  virtual std::size_t read_body(char* into, std::size_t room) = 0;
  virtual bool is_body_read() const = 0;
  /// Some of the above has happened. May leave the stream, and end its user.
  virtual void on_news() = 0;

 protected:
  ~http2_user() = default;
};

/// How long a connection with streams may be silent before it is asked, how long until it has to answer, and how long a stream that was left may
/// have waited without a word before that is taken for silence.
struct http2_patience {
  std::chrono::milliseconds silence{20'000};
  std::chrono::milliseconds answer{10'000};
  std::chrono::milliseconds abandoned{1'000};
};

class http2_connection final : public std::enable_shared_from_this<http2_connection>, private wire_user, private deadline_wheel::entry {
 public:
  /// However many the provider would take.
  static constexpr std::size_t streams_max = 100;

  http2_connection(std::shared_ptr<provider_wire> over, std::shared_ptr<deadlines> alarms, const clock& time, http2_patience patience = {});
  http2_connection(const http2_connection&) = delete;
  http2_connection& operator=(const http2_connection&) = delete;
  ~http2_connection();

  /// Greets and begins to read. `changed` is told when it may have more room, or has ended.
  void start(std::function<void()> changed);

  const std::string& peer() const { return wire_->peer; }
  instant opened() const { return wire_->opened; }
  /// Since when it has no stream.
  instant idle_since() const { return wire_->idle_since; }
  bool is_idle() const { return streams_.empty(); }
  /// The provider has said how much it takes. Before, there is room for one.
  bool is_greeted() const { return greeted_; }
  bool is_over() const { return over_; }
  /// It was asked whether it is alive, and has not answered yet: it takes no streams meanwhile.
  bool is_doubted() const { return asked_.has_value(); }
  /// It takes streams, now or when others have ended.
  bool serves_on() const { return !over_ && !leaving_; }
  /// So many more streams now.
  std::size_t room() const;

  /// The number of a stream for this request; 0: there is none. `user` stays until it leaves or has been told of the end.
  std::int32_t open(const config::provider& to, const request_fields& request, http2_user& user);
  /// So many bytes were taken by the user: as many may come again.
  void taken(std::int32_t stream, std::size_t bytes);
  /// Resets the stream where it has not ended. Its user is told nothing more.
  void leave(std::int32_t stream);
  /// Ends it with GOAWAY, when nobody has a stream on it.
  void close();

 private:
  friend struct http2_callbacks;
  struct stream {
    http2_user* user;
    instant opened;
    bool has_news = false;
    bool closed = false;     ///< on the wire
    bool ended = false;      ///< the reply has
    bool was_reset = false;  ///< by the provider
    bool unsent = false;     ///< the request never went out
  };

  void on_read(boost::system::error_code error, std::string_view bytes) override;
  void on_written(boost::system::error_code error, std::size_t count) override;
  void on_deadline() override;
  void on_time_lost() override {}

  bool make_session();
  void take(std::string_view bytes);
  void flush();
  void settle();
  void tell_news();
  bool is_awaited() const { return !streams_.empty() || is_doubted(); }
  void watch();
  void look_whether_alive();
  void ask_whether_alive();
  void lose(failure why);
  void note_news(std::int32_t id, stream& of);
  stream* stream_of(std::int32_t id);
  bool bears_another_useless_frame();
  bool is_uploading() const;

  std::shared_ptr<provider_wire> wire_;
  std::shared_ptr<deadlines> alarms_;
  const clock& time_;
  http2_patience patience_;
  std::function<void()> changed_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<std::int32_t, stream> streams_;
  std::vector<std::int32_t> with_news_;
  std::string out_;                ///< frames that are being written
  std::string broken_rule_;        ///< the library's words on what the provider did wrong
  maybe_failure doomed_;           ///< it failed where nobody could be told
  std::size_t open_ = 0;           ///< streams that count at the provider, those that were left included
  std::size_t useless_frames_ = 0;
  instant counted_since_{};        ///< useless frames
  instant heard_{};                ///< when something came last
  std::optional<instant> asked_;   ///< by a PING, since nothing came
  bool writing_ = false;
  bool watched_ = false;           ///< the alarm is set
  bool greeted_ = false;
  bool leaving_ = false;           ///< the provider wants no more streams
  bool over_ = false;
};

}  // namespace sallyport::upstream
