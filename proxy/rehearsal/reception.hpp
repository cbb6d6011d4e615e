#pragma once
/// What a built-in upstream received, kept for tests and reports: so that a test can prove that nothing was sent twice, what was let
/// through to a provider, and how soon a client's leaving was noticed. Written by the upstream's thread, read by any thread.

#include "adapters/words/header_list.hpp"
#include "proxy/words/clock.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::rehearsal {

enum class sighting_end : std::uint8_t {
  open,       ///< being answered
  whole,      ///< all that was to be sent was sent
  by_fault,   ///< the reply was broken off on purpose
  peer_left,  ///< the other side closed or reset the connection first
  killed,     ///< kill() or the end of the upstream
};

/// One request, read whole.
struct sighting {
  std::uint64_t ordinal = 0;          ///< from 1, in order of arrival
  std::uint64_t connection = 0;       ///< which connection it came on, from 1
  std::string method;
  std::string path;
  std::string model;                  ///< empty when the body names none
  header_list headers;                ///< all of them, as they came
  std::string body;                   ///< its first 16 KiB
  std::size_t body_size = 0;
  std::uint64_t body_hash = 0;        ///< FNV-1a of the whole body
  instant arrived{};
  std::optional<instant> ended;
  sighting_end how = sighting_end::open;
};

struct reception_counters {
  std::uint64_t connections = 0;       ///< accepted
  std::uint64_t connections_refused = 0;  ///< above the limit: reset at once
  std::uint64_t open_connections = 0;
  std::uint64_t requests = 0;          ///< read whole
  std::uint64_t broken_requests = 0;   ///< not readable as HTTP
  std::uint64_t ended = 0;
  std::uint64_t peers_left = 0;        ///< requests during which the other side left
};

class reception {
 public:
  /// Sightings beyond `kept_max` are counted, not kept.
  explicit reception(std::size_t kept_max = 100'000) : kept_max_(kept_max) {}

  reception_counters counters() const;
  std::vector<sighting> all() const;
  /// How often each value of a header came, as in count_by("x-request-id"); requests without it count under the empty text.
  std::map<std::string, std::uint64_t> count_by(std::string_view header) const;
  /// How many requests named exactly this model.
  std::uint64_t count_of_model(std::string_view model) const;
  /// The requests whose other side left before the reply was whole; `ended` says when it was noticed.
  std::vector<sighting> disconnects() const;
  /// Waits until the counters satisfy `wanted`; false when `no_longer_than` passed first. Not on the upstream's own thread.
  bool wait(const std::function<bool(const reception_counters&)>& wanted, std::chrono::milliseconds no_longer_than) const;
  void forget();

  // For the upstream alone.
  std::uint64_t connection_opened();
  void connection_closed();
  void connection_refused();
  void request_broken();
  /// Takes its ordinal and gives it back.
  std::uint64_t request_read(sighting what);
  void request_ended(std::uint64_t ordinal, sighting_end how, instant now);

 private:
  template <class Change>
  void change(Change&& what) {
    {
      const std::lock_guard lock(mutex_);
      what();
    }
    changed_.notify_all();
  }

  std::size_t kept_max_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  reception_counters counters_;
  std::uint64_t ordinals_ = 0;         ///< outlives forget(), so that ordinals stay unique
  std::uint64_t first_kept_ = 1;       ///< ordinal of kept_[0]
  std::vector<sighting> kept_;
};

}  // namespace sallyport::rehearsal
