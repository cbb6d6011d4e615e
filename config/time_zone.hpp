#pragma once
/// Time zones by their IANA name, from the machine's own database (/usr/share/zoneinfo, Debian package tzdata), and the two ways between
/// UTC and the time that the clock on a wall there shows.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::config {

/// What calendar and clock show at some place. On the nights when clocks are put forward or back some civil times never come, others
/// come twice.
struct civil_time {
  std::chrono::year_month_day date{std::chrono::year{1970}, std::chrono::month{1}, std::chrono::day{1}};
  int hour = 0;    ///< 0 to 23
  int minute = 0;  ///< 0 to 59
  int second = 0;  ///< 0 to 59: leap seconds are not counted

  std::chrono::weekday weekday() const { return std::chrono::weekday(std::chrono::sys_days(date)); }
  bool operator==(const civil_time&) const = default;
};

/// A zone that exists. A small value to copy, valid as long as the process; every function may be called from any thread and throws
/// nothing. The rules are known up to 2037, where the database's tables end; beyond, the last offset goes on.
class time_zone {
 public:
  /// UTC, for which no database is needed.
  time_zone() = default;

  /// The zone of that name, written exactly as in Europe/Paris. Nothing when the machine's database does not have it, or has no tables
  /// at all. Reads files: for the time of loading.
  static std::optional<time_zone> named(std::string_view name);

  const std::string& name() const;

  /// What the clock there shows at that instant; parts of a second are cut off.
  civil_time local(std::chrono::system_clock::time_point at) const;

  /// The instant at which the clock there shows that time. One that comes twice: the first of the two. One that is left out: the instant
  /// of the jump, which is the first that comes after it. So a day whose midnight is missing begins where its clock begins.
  /// `when.date` must be a date that exists (ok()).
  std::chrono::sys_seconds utc(const civil_time& when) const;

  bool operator==(const time_zone&) const = default;

 private:
  explicit time_zone(const void* zone) : zone_(zone) {}

  const void* zone_ = nullptr;  ///< the library's entry, which is never freed; null: UTC
};

/// Every name of the machine's database, sorted; without one: UTC alone.
const std::vector<std::string>& time_zone_names();

}  // namespace sallyport::config
