#include "config/limit_keys.hpp"

#include <algorithm>

namespace sallyport::config {
namespace {

constexpr int concurrency_max = 1'000'000;

/// `deny`, or a map that names the deployment which serves on.
field<budget_draft> at_limit_key() {
  field<budget_draft> made;
  made.row = {"at_limit", key_row::form::value, "deny, or {route_to: DEPLOYMENT}",
              R"({"anyOf":[{"enum":["deny"]},{"type":"object","properties":{"route_to":{"type":"string"}},"required":["route_to"],"additionalProperties":false}]})",
              "deny",
              "What becomes of a call that the budget has no room for: refused with 402, or served by this deployment alone, whose cost is "
              "counted and not limited.",
              "", true};
  made.read = [](const cursor& at, budget_draft& into) {
    if (at.here().is != node::shape::map) {
      read_value(at, one_of({"deny"}, "deny"));
      return;
    }
    key_row route_to{"route_to", key_row::form::value, "", "", "", "", "is missing; name the deployment", true};
    if (!check_keys(at, {&route_to}) || !at.has("route_to")) return;
    const auto below = at.below("route_to");
    if (auto name = read_value(below, line_of_text(400))) into.route_to = located<std::string>{below, std::move(*name)};
  };
  return made;
}

budget_period period_named(const std::string& name) {
  if (name == "hour") return budget_period::hour;
  if (name == "day") return budget_period::day;
  if (name == "week") return budget_period::week;
  return budget_period::month;
}

}  // namespace

section<team_limits> limit_keys() {
  using l = team_limits;
  return {
      value_key("requests", &l::requests, amount_in_time(), "", "Requests; the whole amount may come at once, and refills evenly."),
      value_key("tokens", &l::tokens, amount_in_time(), "",
                "Tokens of prompts and answers: reckoned with at the start of a call, corrected to the truth at its end."),
      value_key("concurrency", &l::concurrency, whole_number(1, concurrency_max), "", "Calls under way at once, over all workers."),
      value_key("shadow", &l::shadow, yes_or_no(), "false", "Count what these limits would refuse, and refuse nothing."),
  };
}

section<budget_draft> budget_keys() {
  using b = budget_draft;
  return {
      required(value_key("usd", &b::usd, money(), "", "What may be spent in one window."), "is missing; write usd: AMOUNT"),
      value_key("per", &b::per, one_of({"hour", "day", "week", "month"}, "hour, day, week or month"), "month",
                "The window of the calendar, in the time zone below; a week begins on Monday, an hour is one of UTC."),
      value_key("timezone", &b::zone, zone_by_name(), "", "The zone whose midnight begins a window, as in Europe/Paris. Default: the team's, else UTC."),
      list_key("warn_at", &b::warn_at, percent(1, 1'000), "Shares of the budget at which a warning is logged, once a window."),
      at_limit_key(),
      value_key("unknown_price", &b::unknown_price, one_of({"allow", "deny"}, "allow or deny"), "allow",
                "Whether deployments whose price is unknown may serve this team: what they cost is not counted here."),
      value_key("shadow", &b::shadow, yes_or_no(), "false", "Count what this budget would refuse, and refuse nothing."),
  };
}

budget made_budget(const cursor& at, const budget_draft& from, const time_zone& of_team, deployment_names& deployments) {
  budget made;
  made.limit = from.usd;
  made.per = period_named(from.per);
  made.zone = from.zone.value_or(of_team);
  for (const auto& percent : from.warn_at) made.warn_at.push_back(percent.value);
  if (!std::is_sorted(made.warn_at.begin(), made.warn_at.end(), std::less_equal<>())) at.below("warn_at").refuse("does not rise; write the shares in order, each once");
  if (from.route_to) made.route_to = deployments.resolve(from.route_to->at, from.route_to->value);
  made.refuse_unknown_price = from.unknown_price == "deny";
  made.shadow = from.shadow;
  return made;
}

}  // namespace sallyport::config
