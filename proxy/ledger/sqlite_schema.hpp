#pragma once
/// The tables of the store, and how an older file becomes one of this version.

#include "adapters/words/result.hpp"
#include "proxy/ledger/sqlite_database.hpp"

#include <string>
#include <string_view>

namespace sallyport::ledger::schema {

/// PRAGMA application_id of our files: "SPLD".
inline constexpr std::int64_t application_id = 0x5350'4c44;

/// PRAGMA user_version that this binary reads and writes: the number of migrations.
std::int64_t version();

/// Makes the tables, or brings them to this version, each step in a transaction of its own. Fails with a sentence that names `path`: not
/// a database, another program's, of a newer version.
result<void> migrate(sqlite_database& in, const std::string& path);

/// Fails, with such a sentence, unless it is a store of this version.
result<void> check(sqlite_database& in, const std::string& path);

}  // namespace sallyport::ledger::schema
