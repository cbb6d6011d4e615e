#pragma once
/// libcurl's multi interface on a worker's io_context: connections of one deployment class, kept apart from those of the others, and
/// the handles that are used again. Beginning a transfer makes libcurl look at each connection of the pool that leads to the same host, so
/// whoever has many transfers spreads them over several pools. Every call that makes libcurl work stands in here. One thread; owned jointly by the transport and its
/// transfers, so that a transfer may outlive the transport. Nothing of the caller's runs inside a call to libcurl.

#include "proxy/words/task.hpp"

#include <boost/asio/basic_waitable_timer.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

namespace sallyport::upstream {

class wire_send;
struct socket_watch;

class curl_pool : public std::enable_shared_from_this<curl_pool> {
 public:
  /// `kept`: connections that stay open while nothing runs on them.
  curl_pool(boost::asio::io_context& on, std::size_t kept);
  curl_pool(const curl_pool&) = delete;
  curl_pool& operator=(const curl_pool&) = delete;
  ~curl_pool();

  /// Begins. A send that cannot begin is over at once, with its reason.
  void start(wire_send& send);
  /// Takes the handle away from libcurl; a connection whose message is not whole is closed.
  void drop(const std::shared_ptr<wire_send>& send);
  void unpause(wire_send& send);
  /// Under way.
  std::size_t transfers() const { return transfers_; }

 private:
  friend struct pool_callbacks;
  using steady_clock = std::chrono::steady_clock;
  using ticker = boost::asio::basic_waitable_timer<steady_clock, boost::asio::wait_traits<steady_clock>, executor>;

  template <class Call>
  void inside(Call call);
  void settle();
  bool collect();
  void bury();
  void detach(wire_send& send, bool whole);
  void take_back(void* easy, bool whole);

  void on_socket(int socket, int events);
  void watch(int socket, int wants);
  void unwatch(int socket);
  static void arm(const std::shared_ptr<socket_watch>& one);
  static void await(const std::shared_ptr<socket_watch>& one, bool reading);

  void tick_in(long ms);
  void arm_ticker();
  void on_tick();

  boost::asio::io_context& on_;
  void* multi_;
  ticker ticker_;
  steady_clock::time_point due_{};     ///< when libcurl wants to be called; the epoch: it does not
  steady_clock::time_point armed_{};   ///< what the ticker waits for; the epoch: nothing
  std::unordered_map<int, std::shared_ptr<socket_watch>> watches_;
  std::vector<void*> idle_handles_;
  std::vector<std::shared_ptr<wire_send>> doomed_;  ///< dropped while libcurl was at work
  std::size_t transfers_ = 0;
  bool inside_ = false;
  bool due_now_ = false;
};

}  // namespace sallyport::upstream
