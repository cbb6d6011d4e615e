#include "proxy/ledger/sqlite_connection.hpp"

#include "proxy/ledger/sqlite_schema.hpp"
#include "proxy/words/request_id.hpp"

#include <algorithm>

namespace sallyport::ledger {
namespace {

/// One page of deletion: a few milliseconds, so that taking rows never waits long behind it.
constexpr std::int64_t rows_a_page = 2'000;
constexpr const char* shrink = "PRAGMA incremental_vacuum(500)";

constexpr std::string_view deleted_page =
    "DELETE FROM attempts WHERE attempt_id IN "
    "(SELECT attempt_id FROM attempts WHERE attempt_id < ? ORDER BY attempt_id LIMIT ?) RETURNING ";

failure no_log_there(const std::string& path) {
  return fail_with(failure_kind::internal, "The store '" + path + "' cannot keep a write-ahead log where it lies. " +
                                               "Set state.store to a file on a local disk.");
}

bool keeps_a_log(sqlite_database& in) {
  auto mode = in.prepare("PRAGMA journal_mode = WAL");
  const bool is_so = mode.start().step() && mode.text(0) == "wal";
  mode.end();
  return is_so;
}

bool settings_for_writing(sqlite_database& in, const sqlite_options& options) {
  // Rows may be overwritten in the journal once their transaction has ended, so it must be on the disk by then (decision 0008).
  const bool set = in.execute("PRAGMA synchronous = FULL") && in.execute("PRAGMA journal_size_limit = 67108864");
  const auto cap = "PRAGMA max_page_count = " + std::to_string(options.pages_max);
  return set && (options.pages_max == 0 || in.execute(cap.c_str()));
}

/// The one number that the statement says; nothing when there is none, and when it failed.
std::optional<std::int64_t> number_of(sqlite_statement& asked) {
  const auto number = asked.start().step() ? std::optional(asked.integer(0)) : std::nullopt;
  asked.end();
  return number;
}

name_numbers numbers_in(const sqlite_statement& from, int first_column) {
  name_numbers names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = from.integer(first_column + static_cast<int>(i));   // NULL reads as 0
  return names;
}

}  // namespace

result<std::unique_ptr<sqlite_connection>> sqlite_connection::open(const std::string& path, const sqlite_options& options) {
  auto db = sqlite_database::open(path, sqlite_database::access::write, options.lock_wait);
  if (db.has_error()) return std::move(db).error();
  if (auto ours = schema::migrate(**db, path); ours.has_error()) return std::move(ours).error();
  if (!keeps_a_log(**db)) return (*db)->is_usable() ? (*db)->why() : no_log_there(path);
  if (!settings_for_writing(**db, options)) return (*db)->why();
  return std::unique_ptr<sqlite_connection>(new sqlite_connection(std::move(*db)));
}

sqlite_connection::sqlite_connection(std::unique_ptr<sqlite_database> opened)
    : db_(std::move(opened)),
      names_(*db_),
      insert_(db_->prepare(write_row_sql("INSERT", "ON CONFLICT(attempt_id) DO NOTHING"))),
      replace_(db_->prepare(write_row_sql("REPLACE"))),
      find_(db_->prepare("SELECT cost_nano_usd, budget_quarter, " + std::string(name_columns) + " FROM attempts WHERE attempt_id = ?")),
      delete_(db_->prepare(std::string(deleted_page) + std::string(name_columns))),
      oldest_(db_->prepare("SELECT attempt_id FROM attempts ORDER BY attempt_id LIMIT 1")),
      set_position_(db_->prepare("REPLACE INTO journals(name, position) VALUES(?, ?)")),
      get_position_(db_->prepare("SELECT position FROM journals WHERE name = ?")),
      add_spent_(db_->prepare("INSERT INTO spent_quarters(team, quarter_start, spent) VALUES(?, ?, ?) "
                              "ON CONFLICT DO UPDATE SET spent = spent + excluded.spent")),
      add_time_(db_->prepare("INSERT INTO deployment_time(deployment, day, busy_ns, idle_ns, used_nano_usd, idle_nano_usd) "
                             "VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET busy_ns = busy_ns + excluded.busy_ns, "
                             "idle_ns = idle_ns + excluded.idle_ns, used_nano_usd = used_nano_usd + excluded.used_nano_usd, "
                             "idle_nano_usd = idle_nano_usd + excluded.idle_nano_usd")),
      oldest_quarter_(db_->prepare("SELECT quarter_start FROM spent_quarters ORDER BY quarter_start LIMIT 1")),
      delete_quarters_(db_->prepare("DELETE FROM spent_quarters WHERE (team, quarter_start) IN "
                                    "(SELECT team, quarter_start FROM spent_quarters WHERE quarter_start < ? LIMIT ?)")) {}

void sqlite_connection::roll_back() {
  db_->roll_back();
  names_.forget();
  spent_.clear();
}

bool sqlite_connection::take(std::span<const journal_row> rows, std::vector<team_spending>& spent) {
  for (const auto& row : rows)
    if (!take_row(row)) return false;
  return settle_spent(spent) && names_.settle();
}

bool sqlite_connection::take_row(const journal_row& row) {
  const auto names = numbers_of(row);
  if (!names) return false;
  put_row(insert_.start(), row, *names);
  if (!insert_.run()) return false;
  if (db_->changes() == 0) return !row.last || complete(row, *names);
  count(*names, +1);
  spend(names->front(), row.budget_quarter, row.cost.value_or(0));
  return true;
}

/// A row of this id is there, and this one has the request's facts: it takes the place of one that has none.
bool sqlite_connection::complete(const journal_row& row, const name_numbers& names) {
  constexpr int first_name = 2, outcome = first_name + static_cast<int>(names_a_row) - 2;   // before the tags, which are last
  if (!find_.start().put(static_cast<std::int64_t>(row.attempt_id)).step()) return false;
  const bool has_facts = !find_.is_null(outcome);
  const auto cost_before = find_.integer(0), quarter_before = find_.integer(1);
  const auto names_before = numbers_in(find_, first_name);
  find_.end();
  if (has_facts) return true;
  put_row(replace_.start(), row, names);
  if (!replace_.run()) return false;
  count(names_before, -1);
  count(names, +1);
  spend(names_before.front(), quarter_before, -cost_before);
  spend(names.front(), row.budget_quarter, row.cost.value_or(0));
  return true;
}

std::optional<name_numbers> sqlite_connection::numbers_of(const journal_row& row) {
  const auto texts = names_of(row);
  name_numbers names{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto number = names_.number_of(texts[i]);
    if (!number) return std::nullopt;
    names[i] = *number;
  }
  return names;
}

void sqlite_connection::count(const name_numbers& names, int change) {
  for (const auto number : names) names_.used(number, change);
}

void sqlite_connection::spend(std::int64_t team, std::int64_t quarter, nano_usd amount) {
  if (quarter != 0 && amount != 0) spent_[{team, quarter}] += amount;
}

bool sqlite_connection::settle_spent(std::vector<team_spending>& spent) {
  for (const auto& [key, amount] : spent_) {
    const auto team = names_.text_of(key.first);
    if (!team || !add_spent_.start().put(*team).put(key.second).put(amount).run()) return false;
    spent.push_back({std::string(*team), key.second, amount});
  }
  spent_.clear();
  return true;
}

bool sqlite_connection::set_position(std::string_view journal, std::uint64_t position) {
  return set_position_.start().put(journal).put(static_cast<std::int64_t>(position)).run();
}

bool sqlite_connection::position_of(std::string_view journal, std::optional<std::uint64_t>& position) {
  if (get_position_.start().put(journal).step()) position = static_cast<std::uint64_t>(get_position_.integer(0));
  get_position_.end();
  return !get_position_.has_failed();
}

bool sqlite_connection::add(std::span<const deployment_time> times) {
  for (const auto& one : times) {
    add_time_.start().put(one.deployment).put(one.day).put(one.busy_ns).put(one.idle_ns).put(one.used).put(one.idle);
    if (!add_time_.run()) return false;
  }
  return true;
}

bool sqlite_connection::trim(wall_time now, const retention& keep, bool& more) {
  const auto oldest = number_of(oldest_), oldest_quarter = number_of(oldest_quarter_);
  if (oldest_.has_failed() || oldest_quarter_.has_failed()) return false;
  const auto too_old = least_attempt_id(now - std::chrono::duration_cast<wall_time::duration>(keep.age_max));
  if (oldest && static_cast<std::uint64_t>(*oldest) < too_old) return delete_page(too_old, more);
  const auto quarters_from = quarter_hour_of(now - quarters_kept);
  if (oldest_quarter && *oldest_quarter < quarters_from) return delete_quarters(quarters_from, more);
  const auto all = bytes("PRAGMA page_count"), unused = bytes("PRAGMA freelist_count");
  if (!all || !unused) return false;
  if (oldest && *all - *unused > keep.bytes_max) return delete_page(std::uint64_t{1} << 63, more);
  // Room that was freed is used again; only a file above its limit is made shorter.
  if (*all <= keep.bytes_max || *unused == 0) return true;
  if (!db_->execute(shrink)) return false;
  const auto left = bytes("PRAGMA page_count");
  more = left && *left < *all;
  return left.has_value();
}

bool sqlite_connection::delete_page(std::uint64_t below_id, bool& more) {
  if (!begin()) return false;
  const auto below = static_cast<std::int64_t>(std::min(below_id, (std::uint64_t{1} << 63) - 1));
  delete_.start().put(below).put(rows_a_page);
  while (delete_.step()) count(numbers_in(delete_, 0), -1);
  if (delete_.has_failed() || !names_.settle() || !commit()) return false;
  more = true;   // perhaps: the next call sees
  return true;
}

bool sqlite_connection::delete_quarters(std::int64_t before, bool& more) {
  more = true;   // perhaps: the next call sees
  return begin() && delete_quarters_.start().put(before).put(rows_a_page).run() && commit();
}

std::optional<std::uint64_t> sqlite_connection::bytes(std::string_view pages) {
  const auto count = db_->number(pages), size = db_->number("PRAGMA page_size");
  if (!count || !size) return std::nullopt;
  return static_cast<std::uint64_t>(*count) * static_cast<std::uint64_t>(*size);
}

}  // namespace sallyport::ledger
