#include "proxy/policy/send_permits.hpp"

#include <algorithm>
#include <utility>
#include <vector>

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

bool limits_one_key(const standing& of, const failure& why) { return why.kind == failure_kind::rate_limited && of.credentials.size() > 1; }

/// The credential that does best by that measure.
template <class Measure>
auto best(const standing& of, Measure measure) {
  auto found = measure(*of.credentials.front());
  for (const auto* one : of.credentials.subspan(1)) found = std::min(found, measure(*one));
  return found;
}

}  // namespace

instant rests_until(const standing& of, instant now) {
  const auto one = of.deployment ? of.deployment->rests_until(now) : now;
  return of.credentials.empty() ? one : std::max(one, best(of, [now](const health& c) { return c.rests_until(now); }));
}

outlook likely(const standing& of, instant now) {
  const auto one = of.deployment ? of.deployment->likely(now) : outlook{};
  return of.credentials.empty() ? one : std::max(one, best(of, [now](const health& c) { return c.likely(now); }));
}

bool is_closed(const standing& of, instant now) {
  const auto closed = [now](const health* one) { return one->state(now) == breaker_state::closed; };
  return (!of.deployment || closed(of.deployment)) &&
         (of.credentials.empty() || std::any_of(of.credentials.begin(), of.credentials.end(), closed));
}

bool is_full(const standing& of) {
  return of.load && of.sends_max > 0 && (of.load->under_way() >= of.sends_max || of.load->waiting() > 0);
}

std::optional<std::string> send_permits::take(const standing& of, instant now, double dice, bool may_probe, policy::load::hold place,
                                              credential_set but) {
  give_back();
  place_ = std::move(place);
  if (!place_.of() && !take_place(of)) return "its max_concurrency of " + std::to_string(of.sends_max) + " is reached";
  auto refusal = take_credential(of, now, dice, may_probe, but);
  if (!refusal && of.deployment) {
    deployment_ = of.deployment->admit(now, dice, may_probe);
    if (!deployment_) refusal = why_not(*of.deployment, now, "it ");
  }
  if (refusal) give_back();
  of_ = of;
  return refusal;
}

std::optional<std::string> send_permits::take_credential(const standing& of, instant now, double dice, bool may_probe, credential_set but) {
  const auto count = of.credentials.size();
  if (count == 0) return std::nullopt;
  const auto first = std::min(static_cast<std::size_t>(dice * static_cast<double>(count)), count - 1);
  std::optional<std::string> refusal;
  // Those that are well before one that would be a probe.
  for (const bool probing : {false, true}) {
    for (std::size_t i = 0; i < count && (!probing || may_probe); ++i) {
      const auto at = (first + i) % count;
      if ((but >> at & 1u) != 0) continue;
      credential_ = of.credentials[at]->admit(now, dice, probing);
      credential_place_ = at;
      if (credential_) return std::nullopt;
      if (!refusal) refusal = why_not(*of.credentials[at], now, count > 1 ? "none of its provider's credentials takes it: one " : "the credential of its provider ");
    }
  }
  return refusal ? refusal : std::string("the call has used each credential of its provider");
}

bool send_permits::take_as_last(const standing& of, instant now) {
  give_back();
  if (!take_place(of)) return false;
  const bool has_credential = of.credentials.empty() || take_credential_as_last(of, now);
  if (of.deployment && has_credential) deployment_ = of.deployment->admit_last(now);
  const bool both = has_credential && (deployment_ || !of.deployment);
  if (!both) give_back();
  of_ = of;
  return both;
}

// The likeliest that takes it.
bool send_permits::take_credential_as_last(const standing& of, instant now) {
  std::vector<std::pair<outlook, std::size_t>> order;
  for (std::size_t at = 0; at < of.credentials.size(); ++at) order.emplace_back(of.credentials[at]->likely(now), at);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [ignored, at] : order) {
    credential_ = of.credentials[at]->admit_last(now);
    credential_place_ = at;
    if (credential_) return true;
  }
  return false;
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
  if (credential_) tell(news, credential_->answers(now), true, *of_.credentials[credential_place_], now);
}

void send_permits::failed(const failure& why, instant now, double dice, const hear& news) {
  const bool of_key = why.whose() == fault::credential || limits_one_key(of_, why);
  if (of_key && credential_)
    tell(news, credential_->fails(why.retry_after, now, dice), true, *of_.credentials[credential_place_], now);
  else if (why.whose() == fault::deployment && deployment_)
    tell(news, deployment_->fails(why.retry_after, now, dice), false, *of_.deployment, now);
}

}  // namespace sallyport::policy
