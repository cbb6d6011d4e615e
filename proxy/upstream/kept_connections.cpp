#include "proxy/upstream/kept_connections.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::upstream {
namespace {

/// How often those that are closed at the other end, or too old, are let go of.
constexpr std::chrono::seconds sweep_every{5};

}  // namespace

kept_connections::kept_connections(std::size_t most, std::shared_ptr<deadlines> alarms, const clock& time)
    : most_(most), alarms_(std::move(alarms)), time_(time) {}

kept_connections::shelf& kept_connections::shelf_of(const config::provider& to) {
  place_.assign(to.base.text).append(1, '\n').append(to.ca_file);
  return shelves_[place_];
}

bool kept_connections::is_too_old(const provider_wire& one) const {
  const auto now = time_.now();
  return now - one.idle_since >= idle_max || now - one.opened >= age_max;
}

std::shared_ptr<provider_wire> kept_connections::take(const config::provider& to) {
  shelf& here = shelf_of(to);
  // Another provider at the same place may be bound to other networks: what it may not use stays.
  for (std::size_t at = here.size(); at-- > 0;) {
    if (!may_connect(here[at]->address, to)) continue;
    auto one = std::move(here[at]);
    here.erase(here.begin() + static_cast<std::ptrdiff_t>(at));
    --count_;
    if (!is_too_old(*one) && one->is_quiet()) return one;
    one->close();
  }
  return nullptr;
}

void kept_connections::keep(const config::provider& to, std::shared_ptr<provider_wire> one) {
  one->serve(nullptr);
  one->idle_since = time_.now();
  if (closed_ || one->is_reading() || is_too_old(*one)) return one->close();
  shelf_of(to).push_back(std::move(one));
  if (++count_ > most_) drop_oldest();
  if (count_ == 1) alarms_->set(*this, time_.now() + sweep_every);
}

void kept_connections::drop_oldest() {
  shelf* oldest = nullptr;
  for (auto& [place, one] : shelves_)
    if (!one.empty() && (oldest == nullptr || one.front()->idle_since < oldest->front()->idle_since)) oldest = &one;
  oldest->front()->close();
  oldest->erase(oldest->begin());
  --count_;
}

void kept_connections::close() {
  closed_ = true;
  for (auto& [place, here] : std::exchange(shelves_, {}))
    for (const auto& one : here) one->close();
  count_ = 0;
}

void kept_connections::on_deadline() {
  for (auto here = shelves_.begin(); here != shelves_.end();) {
    count_ -= std::erase_if(here->second, [this](const auto& one) {
      if (!is_too_old(*one) && one->is_quiet()) return false;
      one->close();
      return true;
    });
    here = here->second.empty() ? shelves_.erase(here) : std::next(here);
  }
  if (count_ > 0) alarms_->set(*this, time_.now() + sweep_every);
}

}  // namespace sallyport::upstream
