#include "config/time_zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <exception>

// The library's own build target says how it was compiled; with the other layout of its types every read would go astray.
#if !defined(USE_OS_TZDB) || !USE_OS_TZDB
#error "the date library is to read the machine's own database"
#endif

namespace sallyport::config {
namespace {

using std::chrono::seconds;

const std::string utc_name = "UTC";

const date::time_zone& entry(const void* zone) { return *static_cast<const date::time_zone*>(zone); }

/// Null when the machine has no database. The library throws then; it also throws on files that it cannot read.
const date::tzdb* database() {
  static const date::tzdb* const found = []() -> const date::tzdb* {
    try {
      return &date::get_tzdb();
    } catch (const std::exception&) {
      return nullptr;
    }
  }();
  return found;
}

/// Names in the folder that are no places: what they mean depends on the machine, or they are leftovers of old interfaces.
bool is_place(std::string_view name) { return name != "localtime" && name != "posixrules" && name != "Factory"; }

const date::time_zone* found_in(const date::tzdb& all, std::string_view name) {
  const auto is_before = [](const date::time_zone& zone, std::string_view wanted) { return zone.name() < wanted; };
  const auto at = std::lower_bound(all.zones.begin(), all.zones.end(), name, is_before);
  return at != all.zones.end() && at->name() == name ? &*at : nullptr;
}

seconds offset_at(const date::time_zone& zone, seconds since_epoch) {
  return zone.get_info(date::sys_seconds(since_epoch)).offset;
}

/// A zone's tables are read at their first use, which may throw; here is the last place where that may happen.
bool is_readable(const date::time_zone& zone) {
  try {
    offset_at(zone, seconds(0));
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

/// Databases come "fat", with a table of every jump up to 2037, or "slim", with a rule instead, which this library does not read: it would
/// take Paris to be in winter for ever. Better no zone than a wrong one.
bool has_tables(const date::tzdb& all) {
  constexpr seconds january_2036{2'082'844'800};
  constexpr seconds july_2036{2'098'569'600};
  static const bool is_fat = [&] {
    const auto* paris = found_in(all, "Europe/Paris");
    return paris && is_readable(*paris) && offset_at(*paris, january_2036) != offset_at(*paris, july_2036);
  }();
  return is_fat;
}

civil_time civil(seconds shown) {
  const std::chrono::sys_seconds at(shown);
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::hh_mm_ss clock(at - day);
  return {std::chrono::year_month_day(day), static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

seconds shown_by(const civil_time& when) {
  return std::chrono::sys_days(when.date).time_since_epoch() + std::chrono::hours(when.hour) + std::chrono::minutes(when.minute) +
         seconds(when.second);
}

}  // namespace

std::optional<time_zone> time_zone::named(std::string_view name) {
  if (name == utc_name) return time_zone();
  const auto* all = database();
  if (!all || !has_tables(*all) || !is_place(name)) return std::nullopt;
  const auto* zone = found_in(*all, name);
  if (!zone || !is_readable(*zone)) return std::nullopt;
  return time_zone(zone);
}

const std::string& time_zone::name() const { return zone_ ? entry(zone_).name() : utc_name; }

civil_time time_zone::local(std::chrono::system_clock::time_point at) const {
  const auto instant = std::chrono::floor<seconds>(at).time_since_epoch();
  return civil(zone_ ? instant + offset_at(entry(zone_), instant) : instant);
}

std::chrono::sys_seconds time_zone::utc(const civil_time& when) const {
  const auto shown = shown_by(when);
  if (!zone_) return std::chrono::sys_seconds(shown);
  const auto found = entry(zone_).get_info(date::local_seconds(shown));
  if (found.result == date::local_info::nonexistent) return std::chrono::sys_seconds(found.first.end.time_since_epoch());
  return std::chrono::sys_seconds(shown - found.first.offset);
}

const std::vector<std::string>& time_zone_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> made;
    const auto* all = database();
    if (!all || !has_tables(*all)) return std::vector{utc_name};
    for (const auto& zone : all->zones)
      if (is_place(zone.name())) made.push_back(zone.name());
    return made;
  }();
  return names;
}

}  // namespace sallyport::config
