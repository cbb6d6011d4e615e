#pragma once
/// One send as libcurl's callbacks see it: they write here, and the transfer's next() reads. Shared by the transfer and whoever waits in
/// its next(); libcurl points to it while the handle is in the pool. One thread, the worker's. Nobody is resumed from inside a callback:
/// a wake-up goes through the io_context.

#include "proxy/upstream/reply_head.hpp"
#include "proxy/upstream/transport.hpp"
#include "proxy/words/task.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct curl_slist;

namespace sallyport::upstream {

/// Bytes of a reply's body that wait to be asked for; beyond, libcurl is told to pause (it then holds one more read of 16 KiB itself).
inline constexpr std::size_t waiting_bytes_max = 64 * 1024;

class wire_send {
 public:
  wire_send(boost::asio::io_context& on, const cleared& target, outgoing what);
  wire_send(const wire_send&) = delete;
  wire_send& operator=(const wire_send&) = delete;
  ~wire_send();

  // Read by the transfer.
  /// Gives back what data() showed; then what is there to be told, if anything.
  std::optional<signal> take_signal();
  /// Sleeps until something may be there to tell, or `deadline`. May come back early. One sleeper at a time.
  task<void> sleep(instant deadline);
  void cancel();
  const incoming_head& head() const { return head_.head(); }
  std::string_view data() const { return current_; }
  const failure& why() const { return why_ ? *why_ : no_failure_; }
  bool body_sent() const { return body_read_ > 0; }
  const std::string& peer() const { return peer_; }

  // Driven by the pool.
  /// Sets every option of `easy`, a CURL handle that is new or was reset. False: nothing may be sent, why() says why.
  bool prepare(void* easy);
  void* easy() const { return easy_; }
  /// libcurl waits to be unpaused, and all that was waiting has been taken. The asker unpauses.
  bool take_unpause();
  /// The transfer is over with this CURLcode; the handle is no longer libcurl's and no callback comes any more.
  void ended(int code);
  void refuse(failure why);
  /// The transfer's owner is gone: whoever still waits comes back as cancelled, and whatever still arrives is dropped.
  void abandon();
  /// Hands the handle back; the caller resets or frees it.
  void* release_easy();

 private:
  friend struct wire_callbacks;

  bool set_request();
  void wake();

  using steady_clock = std::chrono::steady_clock;
  using waker = boost::asio::basic_waitable_timer<steady_clock, boost::asio::wait_traits<steady_clock>, executor>;

  std::shared_ptr<const config::deployment> to_;
  outgoing what_;
  std::size_t body_size_ = 0;
  std::size_t body_read_ = 0;   ///< by libcurl, which may or may not have sent it
  void* easy_ = nullptr;
  curl_slist* lines_ = nullptr;
  std::array<char, 256> curl_says_{};

  reply_head head_;
  std::string waiting_;         ///< taken off the wire, not yet asked for
  std::string current_;         ///< what data() shows
  std::string peer_;
  maybe_failure why_;
  failure no_failure_;
  waker waker_;
  bool head_given_ = false;
  bool paused_ = false;
  bool over_ = false;
  bool cancelled_ = false;
  bool abandoned_ = false;
  bool sleeping_ = false;
  bool begun_ = false;          ///< a connection was there, and the request may have begun to go out
  bool socket_refused_ = false;
  bool socket_opened_ = false;
  bool socket_missing_ = false;   ///< there was no descriptor for one
};

}  // namespace sallyport::upstream
