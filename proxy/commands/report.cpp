#include "proxy/commands/report.hpp"

#include "config/scalar.hpp"
#include "proxy/commands/configuration.hpp"
#include "proxy/commands/report_page.hpp"
#include "proxy/commands/state_files.hpp"
#include "proxy/ledger/sqlite_store.hpp"

#include <chrono>
#include <cstdio>
#include <iostream>

namespace sallyport::commands {
namespace {

using namespace std::chrono_literals;

int refuse(const failure& why) {
  std::cerr << why.client_sentence() << '\n';
  return failed;
}

std::string utc_text(wall_time at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(seconds - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

std::string day_text(std::int64_t day) { return utc_text(wall_time(std::chrono::days(day))).substr(0, 10); }

struct span {
  wall_time from;
  wall_time until;
  report_span text() const { return {utc_text(from), utc_text(until)}; }
};

result<span> span_of(const report_options& options) {
  const auto since = config::duration_in({.text = options.since, .folder = {}}, 1s, std::chrono::hours(24 * 3'660));
  if (!since) return fail_with(failure_kind::invalid_request, "--since takes a duration, as in 7d or 12h: " + since.error().sentence + ".");
  const auto now = std::chrono::system_clock::now();
  return span{now - *since, now};
}

template <class Report>
result<void> read_into(Report& report, ledger::store_reader& store, const span& over) {
  ledger::request_assembler assembler([&](const ledger::request_rows& request) { report.take(request); });
  auto read = store.each_row(over.from, over.until, [&](const ledger::stored_row& row) {
    assembler.take(row);
    return true;
  });
  assembler.end();
  return read;
}

result<void> costs(const std::vector<ledger::report_column>& by, ledger::store_reader& store, const span& over, sheet_format format) {
  ledger::cost_report made(by);
  if (auto read = read_into(made, store, over); read.has_error()) return read;
  const auto first = std::chrono::floor<std::chrono::days>(over.from).time_since_epoch().count();
  const auto last = std::chrono::floor<std::chrono::days>(over.until).time_since_epoch().count();
  const auto times = store.times(first, last + 1);
  if (times.has_error()) return times.error();
  for (const auto& one : *times) made.take_idle(one.deployment, day_text(one.day), one.idle);
  write_costs(made, over.text(), format, std::cout);
  return {};
}

result<void> availability(const std::vector<ledger::report_column>& by, ledger::store_reader& store, const span& over, sheet_format format) {
  ledger::availability_report made(by);
  if (auto read = read_into(made, store, over); read.has_error()) return read;
  write_availability(made, over.text(), format, std::cout);
  return {};
}

result<void> make(const report_options& options, const config::settings& settings) {
  const auto by = ledger::report_columns(options.by);
  if (by.has_error()) return by.error();
  const auto over = span_of(options);
  if (over.has_error()) return over.error();
  const auto path = store_of(settings);
  if (path.has_error()) return path.error();
  const auto store = ledger::read_sqlite_store(*path);
  if (store.has_error()) return store.error();
  const auto format = options.json ? sheet_format::json : options.csv ? sheet_format::csv : sheet_format::table;
  return options.kind == "costs" ? costs(*by, **store, *over, format) : availability(*by, **store, *over, format);
}

}  // namespace

int report(const report_options& options) {
  const auto read = read_configuration(options.file);
  if (!read.value) {
    print_problems(read, std::cerr);
    return bad_configuration;
  }
  const auto made = make(options, *read.value);
  return made.has_error() ? refuse(made.error()) : done;
}

}  // namespace sallyport::commands
