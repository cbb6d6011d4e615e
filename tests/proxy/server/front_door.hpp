#pragma once
/// A listener on a loopback port with a service that does as it is told, running on a thread of its own; and a client that speaks raw
/// bytes.

#include "proxy/server/listener.hpp"
#include "proxy/words/worker_clock.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <doctest/doctest.h>

#include <poll.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace sallyport::tests {

using namespace std::chrono_literals;

/// A test that waits longer than this for something that must happen has failed.
inline constexpr auto patience = 20s;

/// Counts up; another thread waits until it has reached a number.
class tally {
 public:
  void add() {
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }
  int now() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  bool reaches(int wanted) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return count_ >= wanted; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

/// What a request looked like when it reached the service.
struct seen_request {
  stages::request_head head;
  std::string body;
};

/// Answers every path with "METHOD path?query body-bytes" unless a test has put something else there.
class scripted_service final : public stages::service {
 public:
  using script = std::function<task<void>(const seen_request&, reply_sink&)>;

  result<std::unique_ptr<stages::admission>> admit(const stages::request_head& head) override {
    admitted.add();
    if (const auto found = refusals.find(head.path); found != refusals.end()) return found->second;
    return std::unique_ptr<stages::admission>();
  }

  task<void> serve(stages::request_head head, std::string body, stages::admission*, reply_sink& sink) override {
    const seen_request request{std::move(head), std::move(body)};
    {
      const std::lock_guard lock(mutex);
      seen.push_back(request);
    }
    served.add();
    if (const auto found = scripts.find(request.head.path); found != scripts.end()) {
      co_await found->second(request, sink);
    } else {
      reply_start start;
      start.headers.add_if_fit("content-type", "text/plain");
      const std::string echo = request.head.method + " " + request.head.path + " " + request.body;
      co_await sink.send_whole(std::move(start), echo);
    }
    finished.add();
  }

  void refused(const stages::request_head&, const failure& why) override {
    const std::lock_guard lock(mutex);
    reasons.push_back(why);
    refusals_counted.add();
  }

  failure last_reason() {
    const std::lock_guard lock(mutex);
    return reasons.empty() ? fail(failure_kind::internal, "nothing was refused") : reasons.back();
  }
  seen_request last_seen() {
    const std::lock_guard lock(mutex);
    return seen.empty() ? seen_request{} : seen.back();
  }

  std::map<std::string, script> scripts;        ///< by path; set before the first request
  std::map<std::string, failure> refusals;      ///< by path
  tally admitted, served, finished, refusals_counted;
  std::mutex mutex;
  std::vector<seen_request> seen;
  std::vector<failure> reasons;
};

inline config::listen_settings loopback() {
  config::listen_settings settings;
  settings.address = {"127.0.0.1", 0};
  settings.max_body = 1u << 20;
  return settings;
}

/// The whole front door; its thread runs from construction to destruction.
class front_door {
 public:
  explicit front_door(config::listen_settings settings = loopback(), std::shared_ptr<server::tls_context> tls = nullptr,
                      stages::service* other = nullptr, std::size_t connections_max = 1000)
      : time_(context_), work_(context_.get_executor()) {
    count.max = connections_max;
    auto opened = server::listener::open(context_, settings, count, other ? *other : service, time_, std::move(tls));
    REQUIRE_MESSAGE(opened.has_value(), opened.error().detail);
    listener_ = std::move(*opened);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~front_door() {
    if (listener_) end();
    work_.reset();
    thread_.join();
  }

  void start() {
    on_thread([this] { listener_->start(); });
  }
  /// Closes all and waits until nothing is left.
  void end() {
    on_thread([this] { listener_->close_all(); });
    CHECK(becomes_idle());
    on_thread([this] { listener_.reset(); });
  }
  bool becomes_idle() {
    return holds_soon([this] { return listener_->idle(); });
  }
  /// Asks again on the server's thread until it holds: there is no other sign of it.
  bool holds_soon(std::function<bool()> claim) {
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < give_up) {
      bool holds = false;
      on_thread([&] { holds = claim(); });
      if (holds) return true;
      std::this_thread::yield();
    }
    return false;
  }
  void on_thread(std::function<void()> what) {
    std::promise<void> done;
    boost::asio::post(context_, [&] {
      what();
      done.set_value();
    });
    done.get_future().get();
  }

  server::listener& listener() { return *listener_; }
  std::uint16_t port() const { return listener_->port(); }
  boost::asio::io_context& context() { return context_; }
  sallyport::clock& time() { return time_; }

  scripted_service service;
  server::connection_count count{0, 1000};

 private:
  boost::asio::io_context context_{1};
  worker_clock time_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::unique_ptr<server::listener> listener_;
  std::thread thread_;
};

/// One reply as it came over the wire, its body decoded.
struct seen_reply {
  int status = 0;
  std::string head;
  std::string body;
  bool whole = false;   ///< ended as its framing says

  bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
};

/// A blocking client on loopback that gives up after `patience`.
class raw_client {
 public:
  using socket_type = boost::asio::ip::tcp::socket;

  /// `from`: its own address, of loopback.
  explicit raw_client(std::uint16_t port, const char* from = "127.0.0.1") : socket_(context_) {
    boost::system::error_code error;
    socket_.open(boost::asio::ip::tcp::v4());
    socket_.bind({boost::asio::ip::make_address(from), 0}, error);
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port}, error);
    REQUIRE_MESSAGE(!error, error.message());
    socket_.set_option(boost::asio::ip::tcp::no_delay(true));
  }

  bool send(std::string_view bytes) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(bytes.data(), bytes.size()), error);
    return !error;
  }
  /// Sends each byte on its own.
  void trickle(std::string_view bytes) {
    for (const char& c : bytes)
      if (!send({&c, 1})) return;
  }
  void end_sending() {
    boost::system::error_code ignored;
    socket_.shutdown(socket_type::shutdown_send, ignored);
  }
  void close() { socket_.close(); }
  socket_type& socket() { return socket_; }

  /// Reads one reply. `head_only`: to a HEAD request.
  seen_reply reply(bool head_only = false) {
    seen_reply got;
    auto end = pending_.find("\r\n\r\n");
    while (end == std::string::npos) {
      if (!read()) return got;
      end = pending_.find("\r\n\r\n");
    }
    got.head = pending_.substr(0, end + 2);
    pending_.erase(0, end + 4);
    got.status = std::atoi(got.head.c_str() + 9);
    if (got.status == 100) return got;
    if (head_only) got.whole = true;
    else read_body(got);
    return got;
  }
  /// True when the server has closed properly, and nothing came before that.
  bool is_closed() {
    if (!pending_.empty()) return false;
    return !read() && last_error_ == boost::asio::error::eof;
  }
  bool was_reset() {
    while (read()) pending_.clear();
    return last_error_ == boost::asio::error::connection_reset;
  }
  /// The rest until the connection ends.
  std::string rest() {
    while (read()) {}
    return std::exchange(pending_, {});
  }
  /// At least `count` bytes.
  bool read_at_least(std::size_t count, std::size_t& total) {
    while (total < count) {
      if (!read()) return false;
      total += pending_.size();
      pending_.clear();
    }
    return true;
  }
  bool has_arrived(std::string_view text) {
    while (pending_.find(text) == std::string::npos)
      if (!read()) return false;
    return true;
  }

 private:
  bool read() {
    pollfd ready{socket_.native_handle(), POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) != 1) {
      last_error_ = boost::asio::error::timed_out;
      return false;
    }
    std::array<char, 16384> bytes{};
    const auto count = socket_.read_some(boost::asio::buffer(bytes), last_error_);
    pending_.append(bytes.data(), count);
    return !last_error_;
  }

  void read_body(seen_reply& got) {
    if (const auto at = got.head.find("content-length: "); at != std::string::npos) {
      const auto length = static_cast<std::size_t>(std::atoll(got.head.c_str() + at + 16));
      while (pending_.size() < length)
        if (!read()) break;
      got.whole = pending_.size() >= length;
      got.body = pending_.substr(0, length);
      pending_.erase(0, got.body.size());
    } else if (got.has("transfer-encoding: chunked")) {
      while (read_chunk(got)) {}
    } else {
      while (read()) {}
      got.body = std::exchange(pending_, {});
      got.whole = last_error_ == boost::asio::error::eof;
    }
  }

  bool read_chunk(seen_reply& got) {
    auto line = pending_.find("\r\n");
    while (line == std::string::npos) {
      if (!read()) return false;
      line = pending_.find("\r\n");
    }
    const auto size = std::stoul(pending_, nullptr, 16);
    while (pending_.size() < line + 2 + size + 2)
      if (!read()) return false;
    got.body += pending_.substr(line + 2, size);
    pending_.erase(0, line + 2 + size + 2);
    got.whole = size == 0;
    return size > 0;
  }

  boost::asio::io_context context_;
  socket_type socket_;
  std::string pending_;
  boost::system::error_code last_error_;
};

}  // namespace sallyport::tests
