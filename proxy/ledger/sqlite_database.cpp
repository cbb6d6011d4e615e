#include "proxy/ledger/sqlite_database.hpp"

#include <sqlite3.h>

#include <utility>

namespace sallyport::ledger {
namespace {

/// What to do about it, by SQLite's result code (sqlite.org/rescode.html).
std::string advice(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL: return "Free room on its disk.";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "Another program holds a lock on it; end that program's transaction.";
    case SQLITE_NOTADB: return "Set state.store to another file, or move this one away: a new one is made.";
    case SQLITE_CORRUPT: return "Move it away, with its -wal and -shm, and restore a copy or start afresh.";
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN: return "Set state.store to a file in a folder that this process may write.";
    default: return "See the system's log for its disk.";
  }
}

std::string reason(int code, const char* said) {
  switch (code & 0xff) {
    case SQLITE_FULL: return "the disk is full";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "it is locked";
    case SQLITE_NOTADB: return "it is not a database";
    case SQLITE_CORRUPT: return "it is damaged";
    default: return said;
  }
}

}  // namespace

sqlite_statement::~sqlite_statement() { sqlite3_finalize(prepared_); }

sqlite_statement::sqlite_statement(sqlite_statement&& other) noexcept
    : prepared_(std::exchange(other.prepared_, nullptr)), next_(other.next_), failed_(other.failed_) {}

sqlite_statement& sqlite_statement::operator=(sqlite_statement&& other) noexcept {
  std::swap(prepared_, other.prepared_);
  next_ = other.next_;
  failed_ = other.failed_;
  return *this;
}

sqlite_statement& sqlite_statement::start() {
  sqlite3_reset(prepared_);
  next_ = 1;
  failed_ = false;
  return *this;
}

void sqlite_statement::note(int code) { failed_ = failed_ || code != SQLITE_OK; }

sqlite_statement& sqlite_statement::put(std::int64_t value) {
  note(sqlite3_bind_int64(prepared_, next_++, value));
  return *this;
}

sqlite_statement& sqlite_statement::put(std::string_view text) {
  // A null pointer would be bound as NULL.
  note(sqlite3_bind_text64(prepared_, next_++, text.data() ? text.data() : "", text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

sqlite_statement& sqlite_statement::put(std::span<const std::uint8_t> blob) {
  note(sqlite3_bind_blob64(prepared_, next_++, blob.data(), blob.size(), SQLITE_STATIC));
  return *this;
}

sqlite_statement& sqlite_statement::put_nothing() {
  note(sqlite3_bind_null(prepared_, next_++));
  return *this;
}

bool sqlite_statement::step() {
  if (failed_) return false;
  const int code = sqlite3_step(prepared_);
  if (code == SQLITE_ROW) return true;
  failed_ = code != SQLITE_DONE;
  // The error stays readable: reset returns it once more and keeps it on the connection.
  sqlite3_reset(prepared_);
  return false;
}

bool sqlite_statement::run() {
  while (step()) {
  }
  return !failed_;
}

void sqlite_statement::end() { sqlite3_reset(prepared_); }

bool sqlite_statement::is_null(int column) const { return sqlite3_column_type(prepared_, column) == SQLITE_NULL; }
std::int64_t sqlite_statement::integer(int column) const { return sqlite3_column_int64(prepared_, column); }

std::string_view sqlite_statement::text(int column) const {
  const auto* const at = reinterpret_cast<const char*>(sqlite3_column_text(prepared_, column));
  return at ? std::string_view(at, static_cast<std::size_t>(sqlite3_column_bytes(prepared_, column))) : std::string_view();
}

std::span<const std::uint8_t> sqlite_statement::blob(int column) const {
  const auto* const at = static_cast<const std::uint8_t*>(sqlite3_column_blob(prepared_, column));
  if (!at) return {};
  return {at, static_cast<std::size_t>(sqlite3_column_bytes(prepared_, column))};
}

result<std::unique_ptr<sqlite_database>> sqlite_database::open(const std::string& path, access how, std::chrono::milliseconds lock_wait) {
  const int flags = (how == access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  std::unique_ptr<sqlite_database> made(new sqlite_database(opened, path));
  if (code != SQLITE_OK) return made->why();
  sqlite3_busy_timeout(opened, static_cast<int>(lock_wait.count()));
  // A file that was made to do harm must not act through its schema.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return made;
}

sqlite_database::~sqlite_database() { sqlite3_close_v2(opened_); }

bool sqlite_database::execute(const char* sql) { return sqlite3_exec(opened_, sql, nullptr, nullptr, nullptr) == SQLITE_OK; }

sqlite_statement sqlite_database::prepare(std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  sqlite3_prepare_v3(opened_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  return sqlite_statement(prepared);
}

std::optional<std::int64_t> sqlite_database::number(std::string_view sql) {
  auto asked = prepare(sql);
  if (!asked.start().step()) return std::nullopt;
  return asked.integer(0);
}

bool sqlite_database::begin() {
  int moved = 0;
  sqlite3_file_control(opened_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  moved_ = moved != 0;
  return !moved_ && execute("BEGIN IMMEDIATE");
}

std::int64_t sqlite_database::changes() const { return sqlite3_changes64(opened_); }
std::int64_t sqlite_database::last_rowid() const { return sqlite3_last_insert_rowid(opened_); }

void sqlite_database::roll_back() {
  if (sqlite3_get_autocommit(opened_) == 0) execute("ROLLBACK");
}

failure sqlite_database::why() const {
  if (moved_)
    return fail_with(failure_kind::internal, "The store '" + path_ + "' was moved or deleted while it was in use; a new one is made.");
  const int code = sqlite3_extended_errcode(opened_);
  return fail_with(failure_kind::internal, "The store '" + path_ + "' cannot be used: " + reason(code, sqlite3_errmsg(opened_)) +
                                               " (SQLite " + std::to_string(code) + "). " + advice(code));
}

bool sqlite_database::is_usable() const {
  if (moved_) return false;
  const int code = sqlite3_errcode(opened_) & 0xff;
  return code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_FULL;
}

}  // namespace sallyport::ledger
