#pragma once
/// Where the ledger is kept for good, and what is summed up of it: rows of attempts, money spent by quarter-hour, the time of self-hosted
/// deployments. An interface, so that nothing else knows which database it is.

#include "adapters/words/money.hpp"
#include "adapters/words/result.hpp"
#include "proxy/ledger/journal_row.hpp"
#include "proxy/ledger/quarter_hour.hpp"
#include "proxy/words/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport::ledger {

/// Time and money of a self-hosted deployment within one day; added up from what is sampled.
struct deployment_time {
  std::string deployment;
  std::int64_t day = 0;        ///< days since 1970, UTC
  std::int64_t busy_ns = 0;    ///< with at least one request under way
  std::int64_t idle_ns = 0;
  nano_usd used = 0;           ///< money of the time by the share that was used
  nano_usd idle = 0;           ///< the rest of it
  bool operator==(const deployment_time&) const = default;
};

/// What is deleted from the store: rows sent longer ago, and above the size the oldest ones. Quarter-hours stay as long as quarters_kept.
struct retention {
  std::chrono::milliseconds age_max = std::chrono::hours(24 * 400);
  std::uint64_t bytes_max = std::uint64_t{4} << 30;   ///< of the store's file, write-ahead log apart
};

/// What a team has newly spent in the quarter-hour that begins then, in seconds since 1970; less than nothing where a row was completed with
/// a lower cost.
struct team_spending {
  std::string team;
  std::int64_t quarter = 0;
  nano_usd amount = 0;
  bool operator==(const team_spending&) const = default;
};

/// One thread at a time. Every function does all or nothing; a failure says in one sentence what stopped it and what to do, and the next
/// call tries afresh. Waits for another program's lock only as long as it was opened to.
class store {
 public:
  virtual ~store() = default;

  /// Takes rows of that journal and notes that everything below `position` in it is taken. A row of an id that is there changes nothing,
  /// unless it is the first of that id with the request's facts: then it completes the row. The cost of a row that is new, or the
  /// difference by which its completion differs, is added to what its team has spent in its quarter-hour,
  /// and these additions are the result.
  virtual result<std::vector<team_spending>> take(std::span<const journal_row> rows, std::string_view journal, std::uint64_t position) = 0;

  /// Closes the store and gives up what keeps other processes from writing to it. The next call of another function opens it again, and
  /// fails while somebody else has it.
  virtual void let_go() = 0;

  /// How far that journal is taken; nothing for one that was never seen here.
  virtual result<std::optional<std::uint64_t>> position_of(std::string_view journal) = 0;

  /// Adds to what is there of each deployment and day.
  virtual result<void> add(std::span<const deployment_time> times) = 0;

  /// Deletes one page of what is to go, some thousand rows, with the names that nothing uses any more, or as many quarter-hours. True:
  /// there is more to delete.
  virtual result<bool> trim(wall_time now, const retention& keep) = 0;
};

/// What one attempt shows of the length of answers.
struct seen_answer {
  std::string_view team;                ///< as all texts: while it is shown
  std::string_view model;
  bool is_whole = false;                ///< answered, by a model that writes
  std::int64_t completion_tokens = 0;
};

/// The same data for reports, also from another process while the gateway runs. One thread at a time.
class store_reader {
 public:
  virtual ~store_reader() = default;

  /// Shows the rows of attempts that began within [from, until), the oldest first, as they stood when the call began; `see` says false to
  /// end it.
  virtual result<void> each_row(wall_time from, wall_time until, const std::function<bool(const stored_row&)>& see) = 0;

  /// Shows every attempt that began at `from` or later, the newest first, as they stood when the call began; `see` says false to end it,
  /// and is asked for each, so that it can bound the time.
  virtual result<void> each_answer_back(wall_time from, const std::function<bool(const seen_answer&)>& see) = 0;

  /// What the attempts of that team have cost that were admitted within [from, until), both the start of a quarter-hour in seconds since
  /// 1970. Deleting rows does not change it; beyond quarters_kept nothing is known.
  virtual result<nano_usd> spent_of(std::string_view team, std::int64_t from, std::int64_t until) = 0;

  /// The same, each quarter-hour from `from` on that knows of any, the oldest first.
  virtual result<std::vector<spent_quarter>> quarters_of(std::string_view team, std::int64_t from) = 0;

  /// By deployment and day, of the days within [from, until).
  virtual result<std::vector<deployment_time>> times(std::int64_t from_day, std::int64_t until_day) = 0;
};

}  // namespace sallyport::ledger
