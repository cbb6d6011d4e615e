#include "proxy/upstream/http2_connections.hpp"

#include "proxy/upstream/kept_connections.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::upstream {
namespace {

/// How often those that are too old, or no longer of use, are let go of.
constexpr std::chrono::seconds sweep_every{5};

}  // namespace

way_request::way_request(std::shared_ptr<deadlines> alarms, std::shared_ptr<const config::deployment> to, instant until, taker whom)
    : to_(std::move(to)), until_(until), whom_(std::move(whom)) {
  alarms->set(*this, until_);
}

void way_request::stop() {
  whom_ = nullptr;
  deadlines::end(*this);
  if (const auto alone = std::exchange(alone_, nullptr)) alone->stop();
}

void way_request::give(found_way found) {
  const auto self = shared_from_this();
  const auto whom = std::exchange(whom_, nullptr);
  stop();
  if (whom) whom(std::move(found));
}

void way_request::on_deadline() { give({nullptr, nullptr, fail(failure_kind::connect_timed_out, "not connected within the time for that")}); }

http2_connections::http2_connections(connect_tools with, http2_patience patience) : with_(std::move(with)), patience_(patience) {}

std::string http2_connections::key_of(const config::provider& to) const {
  std::string key = to.base.text + '\n' + to.ca_file;
  for (const auto& one : to.networks) key.append(1, '\n').append(one.text);
  return key;
}

std::shared_ptr<http2_connection> http2_connections::take(const config::provider& to) {
  if (places_.empty()) return nullptr;
  const auto found = places_.find(key_of(to));
  // Those who wait come first.
  if (found == places_.end() || !found->second.waiting.empty()) return nullptr;
  found->second.used = with_.time.now();
  return with_room(found->second);
}

std::shared_ptr<way_request> http2_connections::ask(std::shared_ptr<const config::deployment> to, instant until, way_request::taker whom) {
  if (places_.empty()) with_.alarms->set(*this, with_.time.now() + sweep_every);
  const auto key = key_of(*to->at);
  auto made = std::make_shared<way_request>(with_.alarms, std::move(to), until, std::move(whom));
  place& here = places_[key];
  here.used = with_.time.now();
  if (here.speaks_http1) {
    connect_alone(key, made);
  } else {
    here.waiting.push_back(made);
    serve(key);
  }
  return made;
}

bool http2_connections::is_too_old(const http2_connection& one) const {
  const auto now = with_.time.now();
  return now - one.opened() >= kept_connections::age_max || (one.is_idle() && now - one.idle_since() >= kept_connections::idle_max);
}

std::shared_ptr<http2_connection> http2_connections::with_room(place& here) {
  for (const auto& one : here.open)
    if (!is_too_old(*one) && one->room() > 0) return one;
  return nullptr;
}

// Whoever is given something may ask for more from within: what is known of the place is looked up again each time.
void http2_connections::serve(const std::string& key) {
  for (;;) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    place& here = found->second;
    std::erase_if(here.waiting, [](const auto& one) { return !one->is_waiting(); });
    // Those who wait come before a shelf that is closed.
    auto shared = here.waiting.empty() ? nullptr : with_room(here);
    if (!shared) {
      std::erase_if(here.open, [this](const auto& one) { return is_done_with(*one); });
      if (!here.waiting.empty()) connect(key, here);
      return;
    }
    const auto first = here.waiting.front();
    here.waiting.erase(here.waiting.begin());
    first->give({std::move(shared), nullptr, std::nullopt});
  }
}

void http2_connections::connect(const std::string& key, place& here) {
  // One that has not been greeted, or has no streams and yet no room, is about to say what it takes. One that is asked whether it is alive is not.
  const bool is_set_up = std::any_of(here.open.begin(), here.open.end(),
                                     [](const auto& one) { return !one->is_doubted() && (!one->is_greeted() || one->is_idle()); });
  if (here.connecting || is_set_up) return;
  const auto& first = *here.waiting.front();
  here.connecting = std::make_shared<provider_connect>(
      with_, first.to_, first.until_,
      [weak = weak_from_this(), key, until = first.until_](std::shared_ptr<provider_wire> made, const maybe_failure& why) {
        if (const auto self = weak.lock()) return self->connected(key, std::move(made), why, until);
        if (made) made->close();
      });
  const auto connecting = here.connecting;
  connecting->start();
}

void http2_connections::connected(const std::string& key, std::shared_ptr<provider_wire> made, const maybe_failure& why, instant until) {
  places_[key].connecting.reset();
  if (why) return refuse(key, *why, until);
  if (!made->has_chosen_http2()) return share_out(key, std::move(made));
  adopt(key, std::move(made));
  serve(key);
}

// All that waited hear it; only that time ran out is no matter of those who have more of it.
void http2_connections::refuse(const std::string& key, const failure& why, instant until) {
  std::vector<std::shared_ptr<way_request>> concerned;
  place& here = places_[key];
  if (why.kind == failure_kind::connect_timed_out) {
    const auto later = std::stable_partition(here.waiting.begin(), here.waiting.end(), [until](const auto& one) { return one->until_ > until; });
    concerned.assign(later, here.waiting.end());
    here.waiting.erase(later, here.waiting.end());
  } else {
    concerned.swap(here.waiting);
  }
  for (const auto& one : concerned) one->give({nullptr, nullptr, why});
  serve(key);
}

// HTTP/1.1 after all: the first gets this connection, each other one makes its own.
void http2_connections::share_out(const std::string& key, std::shared_ptr<provider_wire> made) {
  place& here = places_[key];
  here.speaks_http1 = true;
  std::vector<std::shared_ptr<way_request>> all;
  all.swap(here.waiting);
  for (const auto& one : all) {
    if (!one->is_waiting()) continue;
    if (made)
      one->give({nullptr, std::exchange(made, nullptr), std::nullopt});
    else
      connect_alone(key, one);
  }
  if (made) made->close();
}

void http2_connections::connect_alone(const std::string& key, const std::shared_ptr<way_request>& whose) {
  whose->alone_ = std::make_shared<provider_connect>(
      with_, whose->to_, whose->until_,
      [weak = weak_from_this(), key, of = std::weak_ptr(whose)](std::shared_ptr<provider_wire> made, maybe_failure why) {
        const auto self = weak.lock();
        const auto waiting = of.lock();
        if (self && waiting) return self->give_alone(key, *waiting, std::move(made), std::move(why));
        if (made) made->close();
      });
  const auto alone = whose->alone_;
  alone->start();
}

void http2_connections::give_alone(const std::string& key, way_request& whose, std::shared_ptr<provider_wire> made, maybe_failure why) {
  if (!made || !made->has_chosen_http2()) return whose.give({nullptr, std::move(made), std::move(why)});
  places_[key].speaks_http1 = false;
  whose.give({adopt(key, std::move(made)), nullptr, std::nullopt});
}

std::shared_ptr<http2_connection> http2_connections::adopt(const std::string& key, std::shared_ptr<provider_wire> made) {
  auto one = std::make_shared<http2_connection>(std::move(made), with_.alarms, with_.time, patience_);
  places_[key].open.push_back(one);
  one->start([weak = weak_from_this(), key] {
    if (const auto self = weak.lock()) self->serve(key);
  });
  return one;
}

bool http2_connections::is_done_with(http2_connection& one) const {
  if (!one.is_idle()) return is_too_old(one) || !one.serves_on();   // its streams go on without the shelf
  if (!closed_ && !is_too_old(one) && one.serves_on()) return false;
  one.close();
  return true;
}

void http2_connections::close() {
  closed_ = true;
  on_deadline();
}

void http2_connections::on_deadline() {
  const auto now = with_.time.now();
  std::vector<std::string> awaited;   // what goes here may be what somebody waits for; serving them may bring places
  for (auto here = places_.begin(); here != places_.end();) {
    place& of = here->second;
    if (std::erase_if(of.open, [this](const auto& one) { return is_done_with(*one); }) > 0 && !of.waiting.empty()) awaited.push_back(here->first);
    const bool is_forgotten = of.open.empty() && of.waiting.empty() && !of.connecting && now - of.used >= kept_connections::idle_max;
    here = is_forgotten ? places_.erase(here) : std::next(here);
  }
  for (const auto& key : awaited) serve(key);
  if (!places_.empty()) with_.alarms->set(*this, now + sweep_every);
}

}  // namespace sallyport::upstream
