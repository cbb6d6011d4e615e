#include "proxy/stages/counted_transport.hpp"

namespace sallyport::stages {
namespace {

class counted_transfer final : public upstream::transfer {
 public:
  counted_transfer(std::unique_ptr<upstream::transfer> inner, lease counted) : inner_(std::move(inner)), counted_(std::move(counted)) {}

  task<upstream::signal> next(instant deadline) override { return inner_->next(deadline); }
  void cancel() override { inner_->cancel(); }
  void let_end() override { inner_->let_end(); }
  const upstream::incoming_head& head() const override { return inner_->head(); }
  std::string_view data() const override { return inner_->data(); }
  const failure& why() const override { return inner_->why(); }
  bool body_sent() const override { return inner_->body_sent(); }
  std::string peer() const override { return inner_->peer(); }

 private:
  std::unique_ptr<upstream::transfer> inner_;
  lease counted_;
};

}  // namespace

std::unique_ptr<upstream::transfer> counted_transport::send(const cleared& target, upstream::outgoing what) {
  lease counted = count_(target.deployment().name);
  return std::make_unique<counted_transfer>(inner_.send(target, std::move(what)), std::move(counted));
}

}  // namespace sallyport::stages
