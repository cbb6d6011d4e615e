#pragma once
/// The store's statements on one open connection. Each function is a part of what sqlite_store does as a whole; it says false when SQLite
/// did, and then why() says why.

#include "proxy/ledger/sqlite_database.hpp"
#include "proxy/ledger/sqlite_names.hpp"
#include "proxy/ledger/sqlite_rows.hpp"
#include "proxy/ledger/sqlite_store.hpp"
#include "proxy/ledger/store.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::ledger {

class sqlite_connection {
 public:
  /// Opens the file, which must be there, and brings it to this version.
  static result<std::unique_ptr<sqlite_connection>> open(const std::string& path, const sqlite_options& options);

  bool begin() { return db_->begin(); }
  bool commit() { return db_->execute("COMMIT"); }
  void roll_back();
  failure why() const { return db_->why(); }
  bool is_usable() const { return db_->is_usable(); }

  /// `spent`: what is added to what teams have spent.
  bool take(std::span<const journal_row> rows, std::vector<team_spending>& spent);
  bool set_position(std::string_view journal, std::uint64_t position);
  bool position_of(std::string_view journal, std::optional<std::uint64_t>& position);
  bool add(std::span<const deployment_time> times);
  /// Begins and commits by itself.
  bool trim(wall_time now, const retention& keep, bool& more);

 private:
  explicit sqlite_connection(std::unique_ptr<sqlite_database> opened);

  bool take_row(const journal_row& row);
  bool complete(const journal_row& row, const name_numbers& names);
  std::optional<name_numbers> numbers_of(const journal_row& row);
  void count(const name_numbers& names, int change);
  void spend(std::int64_t team, std::int64_t quarter, nano_usd amount);
  bool settle_spent(std::vector<team_spending>& spent);
  bool delete_page(std::uint64_t below_id, bool& more);
  bool delete_quarters(std::int64_t before, bool& more);
  std::optional<std::uint64_t> bytes(std::string_view pages);

  std::unique_ptr<sqlite_database> db_;
  sqlite_names names_;
  sqlite_statement insert_, replace_, find_, delete_, oldest_, set_position_, get_position_, add_spent_, add_time_;
  sqlite_statement oldest_quarter_, delete_quarters_;
  std::map<std::pair<std::int64_t, std::int64_t>, nano_usd> spent_;   ///< in this transaction, by the team's number and the quarter-hour
};

}  // namespace sallyport::ledger
