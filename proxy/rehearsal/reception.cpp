#include "proxy/rehearsal/reception.hpp"

namespace sallyport::rehearsal {

reception_counters reception::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

std::vector<sighting> reception::all() const {
  const std::lock_guard lock(mutex_);
  return kept_;
}

std::map<std::string, std::uint64_t> reception::count_by(std::string_view header) const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::uint64_t> counts;
  for (const sighting& one : kept_) ++counts[std::string(one.headers.get(header))];
  return counts;
}

std::uint64_t reception::count_of_model(std::string_view model) const {
  const std::lock_guard lock(mutex_);
  std::uint64_t count = 0;
  for (const sighting& one : kept_) count += one.model == model;
  return count;
}

std::vector<sighting> reception::disconnects() const {
  const std::lock_guard lock(mutex_);
  std::vector<sighting> left;
  for (const sighting& one : kept_)
    if (one.how == sighting_end::peer_left) left.push_back(one);
  return left;
}

bool reception::wait(const std::function<bool(const reception_counters&)>& wanted, std::chrono::milliseconds no_longer_than) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, no_longer_than, [&] { return wanted(counters_); });
}

void reception::forget() {
  change([&] {
    const std::uint64_t open = counters_.open_connections;
    counters_ = {};
    counters_.open_connections = open;
    kept_.clear();
    first_kept_ = ordinals_ + 1;
  });
}

std::uint64_t reception::connection_opened() {
  std::uint64_t number = 0;
  change([&] {
    number = ++counters_.connections;
    ++counters_.open_connections;
  });
  return number;
}

void reception::connection_closed() {
  change([&] { --counters_.open_connections; });
}

void reception::connection_refused() {
  change([&] { ++counters_.connections_refused; });
}

void reception::request_broken() {
  change([&] { ++counters_.broken_requests; });
}

std::uint64_t reception::request_read(sighting what) {
  std::uint64_t ordinal = 0;
  change([&] {
    ordinal = ++ordinals_;
    ++counters_.requests;
    what.ordinal = ordinal;
    if (kept_.size() < kept_max_) kept_.push_back(std::move(what));
  });
  return ordinal;
}

void reception::request_ended(std::uint64_t ordinal, sighting_end how, instant now) {
  change([&] {
    ++counters_.ended;
    counters_.peers_left += how == sighting_end::peer_left;
    if (ordinal < first_kept_ || ordinal - first_kept_ >= kept_.size()) return;
    sighting& one = kept_[ordinal - first_kept_];
    one.how = how;
    one.ended = now;
  });
}

}  // namespace sallyport::rehearsal
