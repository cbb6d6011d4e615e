#pragma once
/// A transport that tells how many sends are under way to each deployment. Wraps the real one, so that the relay need not know of metrics.

#include "proxy/upstream/transport.hpp"
#include "proxy/words/lease.hpp"

#include <functional>
#include <memory>
#include <string_view>

namespace sallyport::stages {

class counted_transport final : public upstream::transport {
 public:
  /// `count` is asked when a transfer begins; its lease ends with the transfer.
  using counter = std::function<lease(std::string_view deployment)>;
  counted_transport(upstream::transport& inner, counter count) : inner_(inner), count_(std::move(count)) {}

  std::unique_ptr<upstream::transfer> send(const cleared& target, upstream::outgoing what) override;

 private:
  upstream::transport& inner_;
  counter count_;
};

}  // namespace sallyport::stages
