#include "proxy/rehearsal/upstream_thread.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <future>
#include <utility>

namespace sallyport::rehearsal {

struct upstream_thread::guard {
  boost::asio::executor_work_guard<executor> work;
};

upstream_thread::upstream_thread(character who, std::uint16_t port, upstream_limits limits)
    : upstream_(std::make_unique<faulty_upstream>(io_, std::move(who), port, limits)) {}

upstream_thread::~upstream_thread() { stop(); }

result<void> upstream_thread::start() {
  if (auto started = upstream_->start(); !started) return started;
  guard_ = std::make_unique<guard>(guard{boost::asio::make_work_guard(io_)});
  thread_ = std::thread([this] { io_.run(); });
  return {};
}

void upstream_thread::stop() {
  if (!thread_.joinable()) return;
  kill();
  guard_.reset();
  thread_.join();
}

void upstream_thread::kill() {
  if (!thread_.joinable()) return;
  std::promise<void> done;
  boost::asio::post(io_, [&] {
    upstream_->kill();
    done.set_value();
  });
  done.get_future().wait();
}

result<void> upstream_thread::revive() {
  if (!thread_.joinable()) return fail(failure_kind::internal, "the rehearsal upstream's thread has ended");
  std::promise<result<void>> done;
  boost::asio::post(io_, [&] { done.set_value(upstream_->revive()); });
  return done.get_future().get();
}

std::string upstream_thread::base_url() const { return "http://127.0.0.1:" + std::to_string(port()) + "/v1"; }

}  // namespace sallyport::rehearsal
