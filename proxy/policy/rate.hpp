#pragma once
/// A rate: so many units in so long, the whole amount at once if nothing was taken for that long. GCRA (ITU-T I.371): one number, the time at
/// which all that was taken will have leaked away. What was taken by estimate is corrected to the truth afterwards.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"
#include "proxy/words/clock.hpp"

#include <atomic>
#include <cstdint>

namespace sallyport::policy {

/// What a call took of a rate; kept by its lease, for give_back and correct.
struct rate_share {
  std::int64_t begin_ns = 0;    ///< its place in the queue of all that leaks
  std::int64_t length_ns = 0;   ///< how long it takes to leak
  std::int64_t moved_ns = 0;    ///< what had been given back in all when it was taken
  bool operator==(const rate_share&) const = default;
};

/// Why a rate does not let a call through.
struct rate_refusal {
  duration wait{};              ///< after which the same call would pass, if nobody else took anything
  bool never = false;           ///< the call alone is larger than the whole amount
};

/// Any thread, no lock. Outlives a reload: the limit is an argument, and what was taken counts on as time, whatever the limit is then.
class rate {
 public:
  /// Takes `units`, or says why not and takes nothing.
  boost::system::result<rate_share, rate_refusal> take(std::int64_t units, const config::rate& limit, instant now);
  /// Takes them whatever the limit says; what is beyond it leaks later.
  rate_share take_anyway(std::int64_t units, const config::rate& limit, instant now);
  /// The truth about a share: what it took too much is free again, as far as it has not leaked; what it took too little is owed.
  void correct(const rate_share& share, std::int64_t units, const config::rate& limit, instant now);
  void give_back(const rate_share& share, const config::rate& limit, instant now) { correct(share, 0, limit, now); }

  /// Units that could be taken now; negative while more is owed than the whole amount.
  std::int64_t free(const config::rate& limit, instant now) const;

 private:
  rate_share append(std::int64_t from_ns, std::int64_t length_ns) const;

  std::atomic<std::int64_t> empty_at_ns_{0};
  std::atomic<std::int64_t> given_back_ns_{0};
};

}  // namespace sallyport::policy
