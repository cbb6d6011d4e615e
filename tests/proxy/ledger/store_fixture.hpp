#pragma once
/// A store in a folder of its own, and a look into its file past the store.

#include "proxy/ledger/sqlite_database.hpp"
#include "proxy/ledger/sqlite_store.hpp"
#include "proxy/words/request_id.hpp"
#include "tests/proxy/ledger/journal_fixture.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace sallyport::ledger::tests {

inline std::unique_ptr<store> store_at(const std::string& path, const sqlite_options& options = {}) {
  auto made = open_sqlite_store(path, options);
  if (!made) throw std::runtime_error(std::string(made.error().client_sentence()));
  return std::move(*made);
}

inline std::string why_no_store(const std::string& path) {
  const auto made = open_sqlite_store(path);
  return made ? std::string() : std::string(made.error().client_sentence());
}

/// A connection past the store, for looking and for getting in its way.
inline std::unique_ptr<sqlite_database> other_program(const std::string& path) {
  auto made = sqlite_database::open(path, sqlite_database::access::write, std::chrono::milliseconds(0));
  if (!made) throw std::runtime_error(std::string(made.error().client_sentence()));
  return std::move(*made);
}

inline std::int64_t number_in(const std::string& path, const std::string& sql) { return other_program(path)->number(sql).value_or(-1); }

inline bool is_sound(const std::string& path) {
  const auto db = other_program(path);
  auto checked = db->prepare("PRAGMA integrity_check");
  return checked.start().step() && checked.text(0) == "ok";
}

/// All rows, in the order of their ids.
inline std::vector<stored_row> rows_in(const std::string& path) {
  auto reader = read_sqlite_store(path);
  if (!reader) throw std::runtime_error(std::string(reader.error().client_sentence()));
  std::vector<stored_row> all;
  const auto read = (*reader)->each_row(wall_time(), wall_time::max(), [&](const stored_row& row) {
    all.push_back(row);
    return true;
  });
  if (!read) throw std::runtime_error(std::string(read.error().client_sentence()));
  return all;
}

/// Whether each name counts exactly the columns that point to it, and each is used.
inline bool names_are_counted(const std::string& path) {
  const std::string used =
      "SELECT team AS id FROM attempts UNION ALL SELECT key FROM attempts UNION ALL SELECT model FROM attempts UNION ALL SELECT deployment "
      "FROM attempts UNION ALL SELECT provider FROM attempts UNION ALL SELECT price_version FROM attempts UNION ALL SELECT reason FROM "
      "attempts UNION ALL SELECT raised_by FROM attempts UNION ALL SELECT denied_by FROM attempts UNION ALL SELECT request_outcome FROM attempts UNION ALL SELECT tags FROM attempts";
  const std::string count = "(SELECT count(*) FROM (" + used + ") u WHERE u.id = n.id)";
  return number_in(path, "SELECT count(*) FROM names n WHERE n.uses = 0 OR n.uses != " + count) == 0 &&
         number_in(path, "SELECT count(*) FROM (" + used + ") u WHERE u.id != 0 AND u.id NOT IN (SELECT id FROM names)") == 0;
}

/// What the store says that was spent in a quarter-hour.
inline nano_usd spent_in(const std::string& path, std::int64_t quarter, std::string_view team = "search") {
  auto reader = read_sqlite_store(path);
  if (!reader) throw std::runtime_error(std::string(reader.error().client_sentence()));
  return (*reader)->spent_of(team, quarter, quarter + quarter_hour.count()).value();
}

/// A row of a team in a quarter-hour.
inline journal_row charged_row(std::uint64_t id, nano_usd cost, std::int64_t quarter = 1'764'547'200) {
  auto row = plain_row(id);
  row.cost = cost;
  row.budget_quarter = quarter;
  return row;
}

inline journal_row completed(journal_row row) {
  row.last = request_facts{.outcome = "ok", .prompt_tokens = 9, .max_tokens = 100, .has_tools = true, .tags = "app=mail"};
  return row;
}

}  // namespace sallyport::ledger::tests
