#include "config/hourly_price.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

constexpr int gpus_max = 10'000;
constexpr nano_usd per_hour_max = 1'000'000 * nano_per_usd;
constexpr std::int64_t whole_share = 10'000;  // hundredths of a per cent

bool has_tokens(const price_draft& p) {
  return p.input || p.cached_input || p.cache_write || p.output || p.reasoning || p.batch || !p.tiers.empty() || p.from;
}

/// What must not stand together, or not here. False: it was said.
bool is_whole(const located<price_draft>& written, deployment_class runs_as) {
  const auto& p = written.value;
  const auto refuse = [&](const char* key, const char* sentence) {
    written.at.below(key).refuse(sentence);
    return false;
  };
  bool well = true;
  if (!p.gpu_hour) well = refuse("gpu_hour", "is missing; a price by the hour names at least gpu_hour");
  if (has_tokens(p)) well = refuse("gpu_hour", "stands beside a price of tokens; a deployment is paid by the hour or by tokens");
  if (runs_as != deployment_class::in_house)
    well = refuse("gpu_hour", "is for class in_house; what others run is paid by tokens");
  if (p.always_on && p.hours) well = refuse("hours", "stands beside always_on; write one of the two");
  return well;
}

/// Within 128 bits: 1e15 x 1e4 x 2e4.
std::optional<nano_usd> per_hour(const price_draft& p) {
  __extension__ typedef __int128 wide;  // NOLINT(modernize-use-using): `using` takes no __extension__ with g++
  const wide machines = static_cast<wide>(*p.gpu_hour) * p.gpus.value_or(1) + p.power.value_or(0);
  const wide all = (machines * (whole_share + p.operations_share.value_or(0)) + whole_share / 2) / whole_share;
  return all <= per_hour_max ? std::optional(static_cast<nano_usd>(all)) : std::nullopt;
}

int paid_hours(const price_draft& p) {
  if (p.hours) return *p.hours;
  return p.always_on.value_or(true) ? 24 : 0;
}

}  // namespace

section<price_draft> hourly_keys() {
  using d = price_draft;
  return {
      value_key("gpu_hour", &d::gpu_hour, dollars_an_hour(), "",
                "What an hour of one GPU costs, for class in_house: the deployment is then paid by the hour and not by tokens."),
      value_key("gpus", &d::gpus, whole_number(1, gpus_max), "", "How many GPUs serve it. Default: 1."),
      value_key("power", &d::power, dollars_an_hour(), "", "Power and cooling of all of them. Default: 0."),
      value_key("operations_share", &d::operations_share, percentage(1'000), "", "What operating them costs, on top of both. Default: 0%."),
      value_key("always_on", &d::always_on, yes_or_no(), "",
                "Whether time in which nothing runs is paid, as idle. Default: true, unless hours are given."),
      value_key("hours", &d::hours, whole_number(1, 24), "",
                "How many hours of a day in UTC are paid at least; of those what is not used is idle."),
  };
}

bool is_by_hour(const price_draft& written) {
  return written.gpu_hour || written.gpus || written.power || written.operations_share || written.always_on || written.hours;
}

std::optional<price_card> made_by_hour(const std::vector<located<price_draft>>& written, deployment_class runs_as) {
  if (written.size() > 1) {
    const auto one = std::find_if(written.begin(), written.end(), [](const auto& p) { return is_by_hour(p.value); });
    one->at.refuse("is a price by the hour in a list; a list is for dated prices of tokens");
    return std::nullopt;
  }
  if (!is_whole(written.front(), runs_as)) return std::nullopt;
  const auto rate = per_hour(written.front().value);
  if (!rate) {
    written.front().at.refuse("comes to more than 1000000 USD an hour");
    return std::nullopt;
  }
  price_card made;
  made.by_hour = hourly_price{.per_hour = *rate, .hours_a_day = paid_hours(written.front().value)};
  return made;
}

}  // namespace sallyport::config
