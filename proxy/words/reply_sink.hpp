#pragma once
/// Where bytes for the client go. Made by the session, used by relay and the pipeline; lives as long as its exchange.

#include "adapters/words/header_list.hpp"
#include "proxy/words/task.hpp"

#include <functional>
#include <string_view>

namespace sallyport {

struct reply_start {
  int status = 200;
  header_list headers;   ///< without framing, date and connection: those are the session's
};

/// A reply goes out either whole (send_whole) or as a stream: open, write*, then close or break_off. One thread, one wait at a time.
/// Every function that returns false means the client is gone; nothing more needs to be written then.
class reply_sink {
 public:
  virtual ~reply_sink() = default;

  virtual task<bool> send_whole(reply_start start, std::string_view body) = 0;

  /// Sends the head of a stream.
  virtual task<bool> open(reply_start start) = 0;
  /// Writes what can be written without waiting. False: it was not all; write() of the same bytes comes next, and goes on behind that.
  virtual bool write_now(std::string_view bytes) = 0;
  /// Waits until the client's socket has taken the bytes: this is the back-pressure.
  virtual task<bool> write(std::string_view bytes) = 0;
  /// Writes the last bytes and ends the message properly.
  virtual task<bool> close(std::string_view last_bytes) = 0;
  /// Ends a stream that cannot be ended properly: the connection is reset, so that the client cannot take it for whole.
  virtual void break_off() = 0;

  virtual bool is_open() const = 0;       ///< a head went out
  virtual bool client_is_gone() const = 0;
  /// `gone` is called at most once, by the same thread, as soon as the client has left; null takes the callback away.
  virtual void when_client_leaves(std::function<void()> gone) = 0;
};

}  // namespace sallyport
