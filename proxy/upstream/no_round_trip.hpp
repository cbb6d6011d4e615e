#pragma once
/// The round trip of a send that has no connection yet, or gets none.

#include "proxy/upstream/round_trip.hpp"

#include <utility>

namespace sallyport::upstream {

class no_round_trip final : public round_trip {
 public:
  /// There will be none.
  void refuse(failure why) { why_ = std::move(why); }

  std::optional<signal> take_signal() override { return why_ ? std::optional(signal::failed) : std::nullopt; }
  void rest() override {}
  const incoming_head& head() const override {
    static const incoming_head none;
    return none;
  }
  std::string_view data() const override { return {}; }
  const failure* why() const override { return why_ ? &*why_ : nullptr; }
  bool body_sent() const override { return false; }
  bool linger() override { return false; }
  void let_go() override {}

 private:
  maybe_failure why_;
};

}  // namespace sallyport::upstream
