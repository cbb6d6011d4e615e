#pragma once
/// Which share of new requests a worker refuses while it falls behind: it is better to answer some in time than all of them late.

#include "proxy/words/clock.hpp"

namespace sallyport::policy {

/// One thread. Fed once a tick with how late that came; the share grows while the worker is later than it may be, and shrinks when it is not.
class shedding {
 public:
  /// Never all of them: without any the worker could not learn that it does well again.
  static constexpr double share_max = 0.95;

  void tick(duration late, duration late_max);
  /// `dice` uniform in [0, 1).
  bool refuses(double dice) const { return dice < share_; }
  double share() const { return share_; }

 private:
  double smoothed_ = 0;   ///< seconds
  double share_ = 0;
};

}  // namespace sallyport::policy
