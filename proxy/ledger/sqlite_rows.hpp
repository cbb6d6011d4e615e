#pragma once
/// An attempt as a row of the table `attempts`: its columns, in one order for writing and reading.

#include "proxy/ledger/journal_row.hpp"
#include "proxy/ledger/sqlite_database.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace sallyport::ledger {

/// Numbers of a row's names, in the order of names_of(); 0 is none.
using name_numbers = std::array<std::int64_t, names_a_row>;

/// `INSERT` or `REPLACE`, as said, of one row with all columns: to be followed by put_row().
std::string write_row_sql(std::string_view act, std::string_view on_conflict = {});
void put_row(sqlite_statement& into, const journal_row& row, const name_numbers& names);

/// `SELECT` of the columns that read_row() reads, to be followed by a condition.
std::string read_rows_sql();
/// The row at which the statement stands; `text_of` says a name. Nothing when a number in it is none that this version writes.
std::optional<stored_row> read_row(const sqlite_statement& from, const std::function<std::string(std::int64_t)>& text_of);

/// The name columns, in the order of names_of(), with commas. The last two are NULL where the row carries no facts.
inline constexpr std::string_view name_columns = "team, key, model, deployment, provider, price_version, reason, raised_by, denied_by, request_outcome, tags";

}  // namespace sallyport::ledger
