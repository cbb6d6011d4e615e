#pragma once
/// A transport that tells how many sends are under way to each deployment. Wraps the real one, so that the relay need not know of metrics.

#include "proxy/upstream/transport.hpp"

#include <functional>
#include <memory>
#include <string_view>

namespace sallyport::stages {

class counted_transport final : public upstream::transport {
 public:
  /// `changed` is called with +1 and -1; it and `inner` outlive every transfer.
  using counter = std::function<void(std::string_view deployment, int change)>;
  counted_transport(upstream::transport& inner, counter changed) : inner_(inner), changed_(std::move(changed)) {}

  std::unique_ptr<upstream::transfer> send(const cleared& target, upstream::outgoing what) override;

 private:
  upstream::transport& inner_;
  counter changed_;
};

}  // namespace sallyport::stages
