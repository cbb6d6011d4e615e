#pragma once
/// The least of SQLite that the store needs: one connection, prepared statements, and sentences for what goes wrong.

#include "adapters/words/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace sallyport::ledger {

/// A statement that is run again and again: start(), put() each value in its order, then step() through the rows or run(). A text or blob
/// must live until the statement has ended. Ends before its database.
class sqlite_statement {
 public:
  sqlite_statement() = default;
  explicit sqlite_statement(sqlite3_stmt* prepared) : prepared_(prepared) {}
  ~sqlite_statement();
  sqlite_statement(sqlite_statement&& other) noexcept;
  sqlite_statement& operator=(sqlite_statement&& other) noexcept;

  sqlite_statement& start();
  sqlite_statement& put(std::int64_t value);
  sqlite_statement& put(std::string_view text);
  sqlite_statement& put(std::span<const std::uint8_t> blob);
  sqlite_statement& put_nothing();
  template <class Value>
  sqlite_statement& put(const std::optional<Value>& value) {
    return value ? put(*value) : put_nothing();
  }

  /// Goes on to the next row. False: there is none, or it failed; the statement has ended then.
  bool step();
  /// Runs to the end. False: it failed.
  bool run();
  bool has_failed() const { return failed_; }
  /// Ends it before its last row.
  void end();

  // Of the row at which it stands.
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;                 ///< until the next step
  std::span<const std::uint8_t> blob(int column) const;    ///< until the next step

 private:
  void note(int code);

  sqlite3_stmt* prepared_ = nullptr;
  int next_ = 1;
  bool failed_ = false;
};

/// One thread at a time.
class sqlite_database {
 public:
  enum class access : std::uint8_t { read, write };

  /// Opens an existing file.
  static result<std::unique_ptr<sqlite_database>> open(const std::string& path, access how, std::chrono::milliseconds lock_wait);
  ~sqlite_database();
  sqlite_database(const sqlite_database&) = delete;
  sqlite_database& operator=(const sqlite_database&) = delete;

  /// Runs statements that have no values. False: one failed.
  bool execute(const char* sql);
  /// A statement that is kept; one that does not compile fails in each step.
  sqlite_statement prepare(std::string_view sql);
  /// The first number that a statement without values says; nothing when it fails or says nothing.
  std::optional<std::int64_t> number(std::string_view sql);

  /// Begins a transaction that writes. False also when the file under the connection is not the one of its path any more: SQLite itself
  /// would go on writing to a file that nobody finds.
  bool begin();

  /// Rows that the last statement inserted, updated or deleted.
  std::int64_t changes() const;
  std::int64_t last_rowid() const;

  /// Ends the transaction that is open, if any, without its changes.
  void roll_back();

  /// Why the last call failed, for those who run the gateway: the file, the reason, what to do.
  failure why() const;
  /// Whether the connection is worth keeping after what failed last: somebody else's lock, a full disk.
  bool is_usable() const;

 private:
  sqlite_database(sqlite3* opened, std::string path) : opened_(opened), path_(std::move(path)) {}

  sqlite3* opened_;
  std::string path_;
  bool moved_ = false;
};

}  // namespace sallyport::ledger
