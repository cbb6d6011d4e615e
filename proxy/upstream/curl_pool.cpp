#include "proxy/upstream/curl_pool.hpp"

#include "proxy/upstream/wire_send.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <curl/curl.h>

#include <utility>

namespace sallyport::upstream {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t idle_handles_max = 256;
constexpr long streams_a_connection_max = 100;
// A zero timeout is run inline this often before others on the worker get their turn.
constexpr int rounds_inline_max = 32;

}  // namespace

/// One socket of libcurl's that is waited for. libcurl owns the descriptor: it is released, never closed. Waits under way share the watch,
/// and find `pool` null when libcurl is done with the socket.
struct socket_watch {
  asio::posix::basic_stream_descriptor<executor> descriptor;
  curl_pool* pool;
  int socket;
  int wants = 0;
  bool awaits_read = false;
  bool awaits_write = false;
};

struct pool_callbacks {
  static int socket(CURL*, curl_socket_t socket, int what, void* to, void*) {
    auto& pool = *static_cast<curl_pool*>(to);
    if (what == CURL_POLL_REMOVE)
      pool.unwatch(socket);
    else
      pool.watch(socket, what);
    return 0;
  }

  static int timer(CURLM*, long ms, void* to) {
    static_cast<curl_pool*>(to)->tick_in(ms);
    return 0;
  }
};

curl_pool::curl_pool(asio::io_context& on, std::size_t kept) : on_(on), multi_(curl_multi_init()), ticker_(on.get_executor()) {
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &pool_callbacks::socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &pool_callbacks::timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(kept));
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  curl_multi_setopt(multi_, CURLMOPT_MAX_CONCURRENT_STREAMS, streams_a_connection_max);
}

curl_pool::~curl_pool() {
  inside_ = true;
  for (void* easy : idle_handles_) curl_easy_cleanup(easy);
  curl_multi_cleanup(multi_);
  while (!watches_.empty()) unwatch(watches_.begin()->first);
}

// Whatever libcurl asks for while it is called is done when it has returned: zero timeouts, finished transfers, dropped ones.
template <class Call>
void curl_pool::inside(Call call) {
  const auto self = shared_from_this();
  inside_ = true;
  call();
  inside_ = false;
  settle();
}

void curl_pool::settle() {
  for (int round = 0; round < rounds_inline_max; ++round) {
    if (std::exchange(due_now_, false)) {
      int running = 0;
      inside_ = true;
      curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
      inside_ = false;
    }
    bury();
    // A transfer may have ended within the very call above: its message is read now or, with nothing else going on, never.
    if (!collect() && !due_now_ && doomed_.empty()) return;
  }
  asio::post(on_, [weak = weak_from_this()] {
    if (auto pool = weak.lock(); pool && !pool->inside_) pool->settle();
  });
}

bool curl_pool::collect() {
  bool any = false;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    void* of = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &of);
    auto& send = *static_cast<wire_send*>(of);
    detach(send, code == CURLE_OK);
    send.ended(code);
    any = true;
  }
  return any;
}

void curl_pool::bury() {
  while (!doomed_.empty()) {
    const auto one = std::move(doomed_.back());
    doomed_.pop_back();
    detach(*one, false);
  }
}

void curl_pool::start(wire_send& send) {
  void* easy = nullptr;
  if (idle_handles_.empty()) {
    easy = curl_easy_init();
  } else {
    easy = idle_handles_.back();
    idle_handles_.pop_back();
  }
  if (easy == nullptr) return send.refuse(fail(failure_kind::internal, "no memory for a transfer"));
  if (!send.prepare(easy)) return take_back(send.release_easy(), false);
  inside([&] {
    ++transfers_;
    if (curl_multi_add_handle(multi_, easy) == CURLM_OK) return;
    --transfers_;
    take_back(send.release_easy(), false);
    send.refuse(fail(failure_kind::internal, "libcurl does not take the transfer"));
  });
}

void curl_pool::drop(const std::shared_ptr<wire_send>& send) {
  send->abandon();
  if (send->easy() == nullptr) return;
  if (inside_) {
    doomed_.push_back(send);
    return;
  }
  inside([&] { detach(*send, false); });
}

void curl_pool::unpause(wire_send& send) {
  if (send.easy() == nullptr || inside_) return;
  inside([&] { curl_easy_pause(send.easy(), CURLPAUSE_CONT); });
}

void curl_pool::detach(wire_send& send, bool whole) {
  void* const easy = send.release_easy();
  if (easy == nullptr) return;
  --transfers_;
  curl_multi_remove_handle(multi_, easy);
  take_back(easy, whole);
}

// Only a handle whose transfer went well is used again. Its options are all forgotten: nothing of a request may leak into the next.
void curl_pool::take_back(void* easy, bool whole) {
  if (!whole || idle_handles_.size() >= idle_handles_max) {
    curl_easy_cleanup(easy);
    return;
  }
  curl_easy_reset(easy);
  idle_handles_.push_back(easy);
}

void curl_pool::on_socket(int socket, int events) {
  inside([&] {
    int running = 0;
    curl_multi_socket_action(multi_, socket, events, &running);
  });
}

void curl_pool::watch(int socket, int wants) {
  auto& one = watches_[socket];
  if (!one) {
    one = std::make_shared<socket_watch>(asio::posix::basic_stream_descriptor<executor>(on_.get_executor()), this, socket);
    error_code refused;
    // Fails only when the kernel has no memory; the attempt's own deadlines then end the send.
    one->descriptor.assign(socket, refused);
  }
  one->wants = wants;
  arm(one);
}

void curl_pool::unwatch(int socket) {
  const auto found = watches_.find(socket);
  if (found == watches_.end()) return;
  found->second->pool = nullptr;
  if (found->second->descriptor.is_open()) found->second->descriptor.release();
  watches_.erase(found);
}

void curl_pool::arm(const std::shared_ptr<socket_watch>& one) {
  if (one->pool == nullptr || !one->descriptor.is_open()) return;
  if ((one->wants & CURL_POLL_IN) != 0 && !std::exchange(one->awaits_read, true)) await(one, true);
  if ((one->wants & CURL_POLL_OUT) != 0 && !std::exchange(one->awaits_write, true)) await(one, false);
}

void curl_pool::await(const std::shared_ptr<socket_watch>& one, bool reading) {
  const auto side = reading ? asio::posix::descriptor_base::wait_read : asio::posix::descriptor_base::wait_write;
  one->descriptor.async_wait(side, [one, reading](error_code ended) {
    (reading ? one->awaits_read : one->awaits_write) = false;
    if (ended || one->pool == nullptr) return;
    // libcurl may have stopped asking for this side meanwhile.
    if ((one->wants & (reading ? CURL_POLL_IN : CURL_POLL_OUT)) == 0) return;
    one->pool->on_socket(one->socket, reading ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
    arm(one);
  });
}

void curl_pool::tick_in(long ms) {
  due_now_ = ms == 0;
  due_ = ms > 0 ? steady_clock::now() + std::chrono::milliseconds(ms) : steady_clock::time_point{};
  // An earlier tick that is already armed finds out by itself: most timeouts are set and taken back without ever coming due.
  if (ms > 0 && (armed_ == steady_clock::time_point{} || due_ < armed_)) arm_ticker();
}

void curl_pool::arm_ticker() {
  armed_ = due_;
  ticker_.expires_at(due_);
  ticker_.async_wait([weak = weak_from_this()](error_code ended) {
    if (ended) return;
    if (auto pool = weak.lock()) pool->on_tick();
  });
}

void curl_pool::on_tick() {
  armed_ = {};
  if (due_ == steady_clock::time_point{}) return;
  if (steady_clock::now() < due_) return arm_ticker();
  due_ = {};
  due_now_ = true;
  settle();
}

}  // namespace sallyport::upstream
