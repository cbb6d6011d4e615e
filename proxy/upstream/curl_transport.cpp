#include "proxy/upstream/curl_transport.hpp"

#include "proxy/upstream/curl_pool.hpp"
#include "proxy/upstream/wire_send.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace sallyport::upstream {
namespace {

// By value: the transfer may be destroyed while somebody waits here.
task<signal> wait_for_signal(std::shared_ptr<curl_pool> pool, std::shared_ptr<wire_send> send, const clock& time, instant deadline) {
  for (;;) {
    if (const auto told = send->take_signal()) co_return *told;
    if (send->take_unpause()) {
      // May bring bytes at once.
      pool->unpause(*send);
      continue;
    }
    if (time.now() >= deadline) co_return signal::late;
    co_await send->sleep(deadline);
  }
}

class curl_transfer : public transfer {
 public:
  curl_transfer(std::shared_ptr<curl_pool> pool, std::shared_ptr<wire_send> send, const clock& time)
      : pool_(std::move(pool)), send_(std::move(send)), time_(time) {}
  curl_transfer(const curl_transfer&) = delete;
  curl_transfer& operator=(const curl_transfer&) = delete;
  ~curl_transfer() override { pool_->drop(send_); }

  task<signal> next(instant deadline) override { return wait_for_signal(pool_, send_, time_, deadline); }
  void cancel() override { send_->cancel(); }
  const incoming_head& head() const override { return send_->head(); }
  std::string_view data() const override { return send_->data(); }
  const failure& why() const override { return send_->why(); }
  bool body_sent() const override { return send_->body_sent(); }
  std::string peer() const override { return send_->peer(); }

 private:
  std::shared_ptr<curl_pool> pool_;
  std::shared_ptr<wire_send> send_;
  const clock& time_;
};

/// The pools of one class. The first one that has room takes a transfer, so that those of a quiet hour share one, and its connections.
class curl_pools {
 public:
  const std::shared_ptr<curl_pool>& with_room(boost::asio::io_context& on, std::size_t kept) {
    const auto has_room = [](const auto& one) { return one->transfers() < transfers_max; };
    const auto found = std::find_if(pools_.begin(), pools_.end(), has_room);
    if (found != pools_.end()) return *found;
    const auto kept_by_others = std::min(kept, pools_.size() * transfers_max);
    return pools_.emplace_back(std::make_shared<curl_pool>(on, std::clamp<std::size_t>(kept - kept_by_others, 1, transfers_max)));
  }

 private:
  /// What libcurl looks through to begin a transfer is then no longer than this.
  static constexpr std::size_t transfers_max = 128;
  std::vector<std::shared_ptr<curl_pool>> pools_;
};

class curl_transport : public transport {
 public:
  curl_transport(boost::asio::io_context& on, const clock& time, std::size_t kept) : on_(on), time_(time), kept_(kept) {}

  std::unique_ptr<transfer> send(const cleared& target, outgoing what) override {
    const auto pool = pools_[static_cast<std::size_t>(target.provider().runs_as)].with_room(on_, kept_);
    auto send = std::make_shared<wire_send>(on_, target, std::move(what));
    auto made = std::make_unique<curl_transfer>(pool, send, time_);
    pool->start(*send);
    return made;
  }

 private:
  boost::asio::io_context& on_;
  const clock& time_;
  std::size_t kept_;
  std::array<curl_pools, deployment_class_names.size()> pools_;
};

}  // namespace

bool curl_global() { return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK; }

std::unique_ptr<transport> make_curl_transport(boost::asio::io_context& on, const clock& time, std::size_t kept) {
  return std::make_unique<curl_transport>(on, time, kept);
}

}  // namespace sallyport::upstream
