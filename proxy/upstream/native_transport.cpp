#include "proxy/upstream/native_transport.hpp"

#include "proxy/upstream/native_send.hpp"

#include <array>
#include <utility>

namespace sallyport::upstream {
namespace {

// By value: the transfer may be destroyed while somebody waits here.
task<signal> wait_for_signal(std::shared_ptr<native_send> send, const clock& time, instant deadline) {
  for (;;) {
    if (const auto told = send->take_signal()) co_return *told;
    if (time.now() >= deadline) co_return signal::late;
    co_await send->sleep(deadline);
  }
}

class native_transfer final : public transfer {
 public:
  native_transfer(std::shared_ptr<native_send> send, const clock& time) : send_(std::move(send)), time_(time) {}
  native_transfer(const native_transfer&) = delete;
  native_transfer& operator=(const native_transfer&) = delete;
  ~native_transfer() override { send_->abandon(); }

  task<signal> next(instant deadline) override { return wait_for_signal(send_, time_, deadline); }
  void cancel() override { send_->cancel(); }
  void let_end() override { send_->let_end(); }
  const incoming_head& head() const override { return send_->head(); }
  std::string_view data() const override { return send_->data(); }
  const failure& why() const override { return send_->why(); }
  bool body_sent() const override { return send_->body_sent(); }
  std::string peer() const override { return send_->peer(); }

 private:
  std::shared_ptr<native_send> send_;
  const clock& time_;
};

class native_transport final : public transport {
 public:
  native_transport(boost::asio::io_context& on, const clock& time, std::size_t kept, poster post)
      : names_(std::make_shared<provider_names>(std::move(post), time)),
        tools_{on,
               time,
               std::make_shared<deadlines>(on),
               names_,
               std::make_shared<client_trust>(),
               std::make_shared<read_buffers>()} {
    for (auto& one : kept_) one = std::make_shared<kept_connections>(kept, tools_.alarms, time);
    for (auto& one : shared_) one = std::make_shared<http2_connections>(tools_);
  }
  native_transport(const native_transport&) = delete;
  native_transport& operator=(const native_transport&) = delete;
  ~native_transport() override {
    for (const auto& one : kept_) one->close();
    for (const auto& one : shared_) one->close();
  }

  std::unique_ptr<transfer> send(const cleared& target, outgoing what) override {
    const auto of_class = static_cast<std::size_t>(target.provider().runs_as);
    auto send = std::make_shared<native_send>(tools_.on, target, std::move(what), tools_.alarms, kept_[of_class], shared_[of_class]);
    auto made = std::make_unique<native_transfer>(send, tools_.time);
    send->start(tools_);
    return made;
  }

 private:
  std::shared_ptr<provider_names> names_;
  connect_tools tools_;
  std::array<std::shared_ptr<kept_connections>, deployment_class_names.size()> kept_;
  std::array<std::shared_ptr<http2_connections>, deployment_class_names.size()> shared_;
};

}  // namespace

std::unique_ptr<transport> make_native_transport(boost::asio::io_context& on, const clock& time, std::size_t kept, poster post) {
  return std::make_unique<native_transport>(on, time, kept, std::move(post));
}

}  // namespace sallyport::upstream
