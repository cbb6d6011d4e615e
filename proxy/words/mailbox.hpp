#pragma once
/// The one door into a worker's event loop from other threads. With it the loop itself needs no locks (Asio's "unsafe" hint): nobody else may
/// post to it, or touch what lives on it.

#include "proxy/words/task.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace sallyport {

/// Runs something on a worker's thread, later; from any thread.
using poster = std::function<void(std::function<void()>)>;

class mailbox {
 public:
  /// Outlived by `on`. Before open(), what is posted waits.
  explicit mailbox(boost::asio::io_context& on);
  mailbox(const mailbox&) = delete;
  mailbox& operator=(const mailbox&) = delete;
  ~mailbox();

  /// From now on the loop looks into it. By the loop's thread, or before there is one.
  void open();
  /// Any thread. In order; what is posted when the loop has ended never runs.
  void post(std::function<void()> what);

 private:
  struct slot;
  static void await(std::shared_ptr<slot> of);

  std::shared_ptr<slot> slot_;
};

}  // namespace sallyport
