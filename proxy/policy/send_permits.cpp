#include "proxy/policy/send_permits.hpp"

#include <algorithm>
#include <utility>

namespace sallyport::policy {
namespace {

/// "1.3 s", rounded up.
std::string seconds_text(duration rests) {
  const auto tenths = std::chrono::ceil<std::chrono::milliseconds>(rests).count() / 100 + 1;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// Why a deployment, or a credential, does not take a send.
std::string why_not(const health& of, instant now, const char* whose) {
  std::string clause = whose;
  switch (of.state(now)) {
    case breaker_state::open: return clause + "rests for " + seconds_text(of.rests_until(now) - now) + " more";
    case breaker_state::half_open: return clause + "is probed by another call";
    case breaker_state::closed: break;
  }
  return clause + "has recovered and takes a share of the calls";
}

void tell(const send_permits::hear& news, breaker_turn turn, bool of_credential, const health& of, instant now) {
  if (turn != breaker_turn::none && news) news({turn, of_credential, of.rests_until(now) - now});
}

}  // namespace

instant rests_until(const standing& of, instant now) {
  const auto one = of.deployment ? of.deployment->rests_until(now) : now;
  return std::max(one, of.credential ? of.credential->rests_until(now) : now);
}

outlook likely(const standing& of, instant now) {
  const auto one = of.deployment ? of.deployment->likely(now) : outlook{};
  return std::max(one, of.credential ? of.credential->likely(now) : outlook{});
}

bool is_closed(const standing& of, instant now) {
  const auto closed = [now](const health* one) { return !one || one->state(now) == breaker_state::closed; };
  return closed(of.deployment) && closed(of.credential);
}

std::optional<std::string> send_permits::take(const standing& of, instant now, double dice, bool may_probe) {
  give_back();
  if (!take_place(of)) return "its max_concurrency of " + std::to_string(of.sends_max) + " is reached";
  if (of.credential) {
    credential_ = of.credential->admit(now, dice, may_probe);
    if (!credential_) {
      give_back();
      return why_not(*of.credential, now, "the credential of its provider ");
    }
  }
  if (of.deployment) {
    deployment_ = of.deployment->admit(now, dice, may_probe);
    if (!deployment_) {
      give_back();
      return why_not(*of.deployment, now, "it ");
    }
  }
  of_ = of;
  return std::nullopt;
}

bool send_permits::take_as_last(const standing& of, instant now) {
  give_back();
  if (!take_place(of)) return false;
  if (of.credential) credential_ = of.credential->admit_last(now);
  if (of.deployment && (credential_ || !of.credential)) deployment_ = of.deployment->admit_last(now);
  const bool both = (credential_ || !of.credential) && (deployment_ || !of.deployment);
  if (!both) give_back();
  of_ = of;
  return both;
}

bool send_permits::take_place(const standing& of) {
  if (of.load) place_ = of.load->take(of.sends_max);
  return !of.load || place_.of();
}

void send_permits::give_back() {
  place_ = {};
  deployment_.reset();
  credential_.reset();
}

bool send_permits::hold_probe() const { return (deployment_ && deployment_->is_probe()) || (credential_ && credential_->is_probe()); }

void send_permits::answered(instant now, const hear& news) {
  if (deployment_) tell(news, deployment_->answers(now), false, *of_.deployment, now);
  if (credential_) tell(news, credential_->answers(now), true, *of_.credential, now);
}

void send_permits::failed(const failure& why, instant now, double dice, const hear& news) {
  if (why.whose() == fault::deployment && deployment_)
    tell(news, deployment_->fails(why.retry_after, now, dice), false, *of_.deployment, now);
  if (why.whose() == fault::credential && credential_)
    tell(news, credential_->fails(why.retry_after, now, dice), true, *of_.credential, now);
}

}  // namespace sallyport::policy
