#pragma once
/// Connections to providers on which nothing runs, ready for the next request: last in, first out, so that what is not needed grows old and
/// goes. Those of one deployment class; one thread.

#include "config/settings.hpp"
#include "proxy/upstream/deadlines.hpp"
#include "proxy/upstream/provider_wire.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace sallyport::upstream {

class kept_connections final : private deadline_wheel::entry {
 public:
  /// Below the idle timeouts of the usual front ends (60 s), so that a kept connection is rarely one that is just being closed there.
  static constexpr std::chrono::seconds idle_max{55};
  static constexpr std::chrono::seconds age_max{300};

  kept_connections(std::size_t most, std::shared_ptr<deadlines> alarms, const clock& time);

  /// One that was left open by a provider at the same place, at an address where this one may be, and at which nothing has arrived
  /// meanwhile; null: there is none.
  std::shared_ptr<provider_wire> take(const config::provider& to);
  /// The one idle for longest goes where there are too many.
  void keep(const config::provider& to, std::shared_ptr<provider_wire> one);
  /// None is kept any more.
  void close();

 private:
  using shelf = std::vector<std::shared_ptr<provider_wire>>;   ///< the one idle for longest first

  shelf& shelf_of(const config::provider& to);
  bool is_too_old(const provider_wire& one) const;
  void drop_oldest();
  void on_deadline() override;
  void on_time_lost() override {}

  std::size_t most_;
  std::shared_ptr<deadlines> alarms_;
  const clock& time_;
  std::unordered_map<std::string, shelf> shelves_;   ///< by base address and authorities
  std::string place_;                                ///< the key that is looked up: its memory is used again
  std::size_t count_ = 0;
  bool closed_ = false;
};

}  // namespace sallyport::upstream
