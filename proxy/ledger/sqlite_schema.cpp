#include "proxy/ledger/sqlite_schema.hpp"

#include <array>

namespace sallyport::ledger::schema {
namespace {

// A file once written has been through these: a change is a further step, never an edit of an old one. Numbers of words are those of
// stored_numbers.hpp; names are rows of `names`, 0 being none. `uses` counts the columns that point to a name.
constexpr const char* first_version = R"(
  PRAGMA application_id = 0x53504c44;
  CREATE TABLE names(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    uses INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE attempts(
    attempt_id INTEGER PRIMARY KEY,
    request_id BLOB NOT NULL,
    attempt_number INTEGER NOT NULL,
    sent_at_ns INTEGER NOT NULL,
    team INTEGER NOT NULL,
    key INTEGER NOT NULL,
    model INTEGER NOT NULL,
    deployment INTEGER NOT NULL,
    provider INTEGER NOT NULL,
    class INTEGER NOT NULL,
    data_class INTEGER NOT NULL,
    operation INTEGER NOT NULL,
    stream INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    status INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    usage_basis INTEGER NOT NULL,
    cost_nano_usd INTEGER,
    price_basis INTEGER,
    price_version INTEGER NOT NULL,
    head_ms INTEGER,
    first_token_ms INTEGER,
    total_ms INTEGER NOT NULL,
    text_bytes INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    budget_window INTEGER NOT NULL,
    request_outcome INTEGER,
    prompt_tokens INTEGER,
    max_tokens INTEGER,
    has_tools INTEGER,
    has_images INTEGER,
    tags INTEGER
  ) STRICT;
  CREATE TABLE journals(
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE budget_windows(
    team TEXT NOT NULL,
    window_start INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    PRIMARY KEY(team, window_start)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE deployment_time(
    deployment TEXT NOT NULL,
    day INTEGER NOT NULL,
    busy_ns INTEGER NOT NULL,
    idle_ns INTEGER NOT NULL,
    used_nano_usd INTEGER NOT NULL,
    idle_nano_usd INTEGER NOT NULL,
    PRIMARY KEY(deployment, day)
  ) STRICT, WITHOUT ROWID;
)";

// Keys that are minted at run time. A revoked one stays: what it was stands in the rows of attempts. The triggers count every change of them,
// whoever makes it, so that a gateway sees what a command beside it did.
constexpr const char* keys_of_the_store = R"(
  CREATE TABLE keys(
    id INTEGER PRIMARY KEY,
    team TEXT NOT NULL,
    name TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    expires INTEGER,
    revoked INTEGER,
    models TEXT NOT NULL,
    networks TEXT NOT NULL
  ) STRICT;
  CREATE TABLE keys_version(version INTEGER NOT NULL) STRICT;
  INSERT INTO keys_version VALUES(0);
  CREATE TRIGGER keys_added AFTER INSERT ON keys BEGIN UPDATE keys_version SET version = version + 1; END;
  CREATE TRIGGER keys_changed AFTER UPDATE ON keys BEGIN UPDATE keys_version SET version = version + 1; END;
  CREATE TRIGGER keys_deleted AFTER DELETE ON keys BEGIN UPDATE keys_version SET version = version + 1; END;
)";

// What was spent by the quarter-hour of admission, out of which windows of any length and zone are summed up. A window's sum becomes that
// of its first quarter-hour: so it stays in the window, and the numbers in the rows stay those under which their money stands.
constexpr const char* spent_by_quarter_hour = R"(
  CREATE TABLE spent_quarters(
    team TEXT NOT NULL,
    quarter_start INTEGER NOT NULL,
    spent INTEGER NOT NULL,
    PRIMARY KEY(team, quarter_start)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX spent_quarters_by_age ON spent_quarters(quarter_start);
  INSERT INTO spent_quarters SELECT team, window_start, spent FROM budget_windows;
  DROP TABLE budget_windows;
  ALTER TABLE attempts RENAME COLUMN budget_window TO budget_quarter;
)";

// Why a call had its data class, and what kept it from being served. A request that was sent nowhere has a row too, of attempt 0.
constexpr const char* what_policy_said = R"(
  ALTER TABLE attempts ADD COLUMN raised_by INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE attempts ADD COLUMN denied_by INTEGER NOT NULL DEFAULT 0;
)";

// A number more: what was asked for may be a count of tokens.
constexpr const char* counts_of_tokens = "SELECT 1;";

constexpr std::array migrations{first_version, keys_of_the_store, spent_by_quarter_hour, what_policy_said, counts_of_tokens};

failure refuse(const std::string& path, const std::string& what) {
  return fail_with(failure_kind::internal, "The store '" + path + "' " + what);
}

/// Its version; 0 for a file that holds nothing yet.
result<std::int64_t> version_of(sqlite_database& in, const std::string& path) {
  const auto found = in.number("PRAGMA user_version");
  if (!found) return in.why();
  const auto owner = in.number("PRAGMA application_id");
  const auto tables = in.number("SELECT count(*) FROM sqlite_schema");
  if (!owner || !tables) return in.why();
  if (*owner != application_id && (*owner != 0 || *tables != 0 || *found != 0))
    return refuse(path, "belongs to another program. Set state.store to another file.");
  if (*found > version())
    return refuse(path, "has version " + std::to_string(*found) + "; this binary knows versions up to " + std::to_string(version()) +
                            ". Run the newer binary, or set state.store to another file.");
  return *found;
}

bool step_to(sqlite_database& in, std::int64_t next) {
  const auto stamp = "PRAGMA user_version = " + std::to_string(next);
  return in.execute("BEGIN IMMEDIATE") && in.execute(migrations[static_cast<std::size_t>(next - 1)]) && in.execute(stamp.c_str()) &&
         in.execute("COMMIT");
}

}  // namespace

std::int64_t version() { return static_cast<std::int64_t>(migrations.size()); }

result<void> migrate(sqlite_database& in, const std::string& path) {
  const auto found = version_of(in, path);
  if (found.has_error()) return found.error();
  // Before the first table: deleting can then give room back to the disk.
  if (*found == 0 && !in.execute("PRAGMA auto_vacuum = INCREMENTAL")) return in.why();
  for (auto next = *found + 1; next <= version(); ++next) {
    if (step_to(in, next)) continue;
    const failure why = in.why();
    in.roll_back();
    return why;
  }
  return {};
}

result<void> check(sqlite_database& in, const std::string& path) {
  const auto found = version_of(in, path);
  if (found.has_error()) return found.error();
  if (*found == version()) return {};
  return refuse(path, "has version " + std::to_string(*found) + "; start the gateway once to bring it to version " +
                          std::to_string(version()) + ".");
}

}  // namespace sallyport::ledger::schema
