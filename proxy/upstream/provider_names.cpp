#include "proxy/upstream/provider_names.hpp"

#include "proxy/upstream/socket_address.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace sallyport::upstream {
namespace {

// The families take turns, beginning with the system's first choice (RFC 8305 section 4): a family that leads nowhere costs one delay.
std::vector<address_bytes> taking_turns(const addrinfo* first) {
  std::vector<address_bytes> same;
  std::vector<address_bytes> other;
  for (const addrinfo* one = first; one != nullptr; one = one->ai_next)
    if (const auto bytes = address_of(one->ai_family, one->ai_addr))
      (one->ai_family == first->ai_family ? same : other).push_back(*bytes);
  std::vector<address_bytes> all;
  for (std::size_t at = 0; at < std::max(same.size(), other.size()); ++at) {
    if (at < same.size()) all.push_back(same[at]);
    if (at < other.size()) all.push_back(other[at]);
  }
  return all;
}

found_addresses ask_the_system(const std::string& name) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int refused = ::getaddrinfo(name.c_str(), nullptr, &wanted, &found);
  if (refused != 0) return {{}, ::gai_strerror(refused)};
  found_addresses all{taking_turns(found), {}};
  ::freeaddrinfo(found);
  if (all.all.empty()) all.why_none = "the name has no address";
  return all;
}

}  // namespace

name_memory::recollection name_memory::of(const std::string& name, instant now) const {
  const auto found = names_.find(name);
  if (found == names_.end()) return {};
  const auto& known = found->second;
  const auto age = now - known.learned;
  if (known.found.all.empty()) return age < missing_for ? recollection{&known.found, false} : recollection{};
  if (known.doubted || age >= serves_for) return {};
  return {&known.found, age >= fresh_for};
}

void name_memory::learn(const std::string& name, found_addresses found, instant now) {
  const auto known = names_.find(name);
  // What was not found now, but a moment ago, is more likely the resolver's trouble than the name's end.
  if (known != names_.end() && found.all.empty() && !known->second.found.all.empty() && !known->second.doubted &&
      now - known->second.learned < serves_for)
    return;
  if (known == names_.end() && names_.size() >= names_max) names_.clear();
  names_[name] = {std::move(found), now, false};
}

void name_memory::doubt(const std::string& name) {
  if (const auto known = names_.find(name); known != names_.end()) known->second.doubted = true;
}

/// Outlives the worker that asks: the system's resolver may take longer than that lives.
struct provider_names::door {
  std::mutex lock;
  poster post;
  provider_names* to;   ///< null: gone, and nothing may be posted any more
};

provider_names::provider_names(poster post, const clock& time) : time_(time), door_(std::make_shared<door>()) {
  door_->post = std::move(post);
  door_->to = this;
}

provider_names::~provider_names() {
  const std::scoped_lock held(door_->lock);
  door_->to = nullptr;
}

void provider_names::find(const std::string& name, taker whom) {
  if (const auto literal = address_named(name)) return whom({{*literal}, {}});
  const auto known = known_.of(name, time_.now());
  if (known.ask && !waiting_.contains(name)) ask(name);
  if (known.found != nullptr) return whom(*known.found);
  waiting_[name].push_back(std::move(whom));
}

void provider_names::ask(const std::string& name) {
  waiting_[name];
  to_ask_.push_back(name);
  start_asking();
}

void provider_names::start_asking() {
  while (!to_ask_.empty() && asked_ < asked_at_once_max) {
    std::string name = std::move(to_ask_.front());
    to_ask_.erase(to_ask_.begin());
    const auto answer = [back = door_, name] {
      found_addresses found = ask_the_system(name);
      const std::scoped_lock held(back->lock);
      if (back->to == nullptr) return;
      // The worker's thread alone takes `to` away, so behind the post it needs no lock but must look again.
      back->post([back, name, found = std::move(found)] {
        if (back->to != nullptr) back->to->told(name, found);
      });
    };
    ++asked_;
    try {
      std::thread(answer).detach();
    } catch (const std::exception&) {   // no thread is left
      door_->post([back = door_, name] {
        if (back->to != nullptr) back->to->told(name, {{}, "no thread is left to ask for it"});
      });
    }
  }
}

void provider_names::told(const std::string& name, found_addresses found) {
  --asked_;
  start_asking();
  const auto waiting = std::move(waiting_[name]);
  waiting_.erase(name);
  known_.learn(name, found, time_.now());
  for (const auto& whom : waiting) whom(found);
}

}  // namespace sallyport::upstream
