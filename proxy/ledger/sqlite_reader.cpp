#include "proxy/ledger/sqlite_database.hpp"
#include "proxy/ledger/sqlite_rows.hpp"
#include "proxy/ledger/sqlite_schema.hpp"
#include "proxy/ledger/sqlite_store.hpp"
#include "proxy/ledger/stored_numbers.hpp"
#include "proxy/words/request_id.hpp"

#include <unordered_map>
#include <utility>

namespace sallyport::ledger {
namespace {

/// Names by their numbers, within one reading.
class name_texts {
 public:
  explicit name_texts(sqlite_database& in) : find_(in.prepare("SELECT name FROM names WHERE id = ?")) {}

  /// Valid as long as this is.
  const std::string& operator()(std::int64_t number) {
    if (number == 0) return none_;
    const auto found = known_.find(number);
    return found != known_.end() ? found->second : known_.emplace(number, read(number)).first->second;
  }

 private:
  std::string read(std::int64_t number) {
    std::string text = find_.start().put(number).step() ? std::string(find_.text(0)) : "?";
    find_.end();
    return text;
  }

  sqlite_statement find_;
  const std::string none_;
  std::unordered_map<std::int64_t, std::string> known_;
};

class sqlite_reader final : public store_reader {
 public:
  explicit sqlite_reader(std::unique_ptr<sqlite_database> opened)
      : db_(std::move(opened)),
        rows_(db_->prepare(read_rows_sql() + "WHERE attempt_id >= ? AND attempt_id < ? ORDER BY attempt_id")),
        answers_(db_->prepare("SELECT team, model, outcome, operation, output_tokens + reasoning_tokens FROM attempts "
                              "WHERE attempt_id >= ? ORDER BY attempt_id DESC")),
        spent_(db_->prepare("SELECT ifnull(sum(spent), 0) FROM spent_quarters "
                            "WHERE team = ? AND quarter_start >= ? AND quarter_start < ?")),
        quarters_(db_->prepare("SELECT quarter_start, spent FROM spent_quarters "
                               "WHERE team = ? AND quarter_start >= ? ORDER BY quarter_start")),
        times_(db_->prepare("SELECT deployment, day, busy_ns, idle_ns, used_nano_usd, idle_nano_usd FROM deployment_time "
                            "WHERE day >= ? AND day < ? ORDER BY deployment, day")) {}

  result<void> each_row(wall_time from, wall_time until, const std::function<bool(const stored_row&)>& see) override {
    return each(rows_.start().put(id(from)).put(id(until)), [&](name_texts& texts) {
      const auto row = read_row(rows_, [&texts](std::int64_t number) { return texts(number); });
      return !row || see(*row);
    });
  }

  result<void> each_answer_back(wall_time from, const std::function<bool(const seen_answer&)>& see) override {
    return each(answers_.start().put(id(from)), [&](name_texts& texts) {
      const auto asked = word_of<operation>(answers_.integer(3));
      const bool is_whole = answers_.integer(2) == static_cast<std::int64_t>(attempt_outcome::answered) && asked && writes_tokens(*asked);
      return see({texts(answers_.integer(0)), texts(answers_.integer(1)), is_whole, answers_.integer(4)});
    });
  }

  result<nano_usd> spent_of(std::string_view team, std::int64_t from, std::int64_t until) override {
    const nano_usd spent = spent_.start().put(team).put(from).put(until).step() ? spent_.integer(0) : 0;
    spent_.end();
    if (spent_.has_failed()) return db_->why();
    return spent;
  }

  result<std::vector<spent_quarter>> quarters_of(std::string_view team, std::int64_t from) override {
    std::vector<spent_quarter> all;
    quarters_.start().put(team).put(from);
    while (quarters_.step()) all.push_back({quarters_.integer(0), quarters_.integer(1)});
    if (quarters_.has_failed()) return db_->why();
    return all;
  }

  result<std::vector<deployment_time>> times(std::int64_t from_day, std::int64_t until_day) override {
    std::vector<deployment_time> all;
    times_.start().put(from_day).put(until_day);
    while (times_.step())
      all.push_back({std::string(times_.text(0)), times_.integer(1), times_.integer(2), times_.integer(3), times_.integer(4),
                     times_.integer(5)});
    if (times_.has_failed()) return db_->why();
    return all;
  }

 private:
  static std::int64_t id(wall_time then) { return static_cast<std::int64_t>(least_attempt_id(then)); }

  /// Goes through the rows of a statement that has its values, in one transaction, so that the names are those of the rows; `see` says
  /// false to end it.
  template <class See>
  result<void> each(sqlite_statement& rows, See see) {
    if (!db_->execute("BEGIN")) return db_->why();
    name_texts texts(*db_);
    while (rows.step() && see(texts)) {
    }
    rows.end();
    if (rows.has_failed()) {
      const failure why = db_->why();
      db_->roll_back();
      return why;
    }
    db_->roll_back();   // nothing was written
    return {};
  }

  std::unique_ptr<sqlite_database> db_;
  sqlite_statement rows_, answers_, spent_, quarters_, times_;
};

}  // namespace

result<std::unique_ptr<store_reader>> read_sqlite_store(const std::string& path, const sqlite_options& options) {
  auto db = sqlite_database::open(path, sqlite_database::access::read, options.lock_wait);
  if (db.has_error()) return std::move(db).error();
  if (auto ours = schema::check(**db, path); ours.has_error()) return std::move(ours).error();
  return std::unique_ptr<store_reader>(std::make_unique<sqlite_reader>(std::move(*db)));
}

}  // namespace sallyport::ledger
