#pragma once
/// Names as small numbers. Each name of the store counts the columns that point to it, so that one that nothing uses any more is found
/// without looking through the rows.

#include "proxy/ledger/sqlite_database.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sallyport::ledger {

/// Works inside the transaction of its owner, who calls settle() before it commits and forget() after it rolled back.
class sqlite_names {
 public:
  /// `in` outlives it.
  explicit sqlite_names(sqlite_database& in);

  /// The number of a name, which is made if it is new; 0 for the empty one. Nothing: it failed.
  std::optional<std::int64_t> number_of(std::string_view name);
  /// Its text; nothing when there is no such name, or it failed.
  std::optional<std::string> text_of(std::int64_t number);

  /// One column more, or one less, points to it.
  void used(std::int64_t number, int change);

  /// Writes the counts and deletes what nothing uses. False: it failed.
  bool settle();
  void forget();

 private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::optional<std::int64_t> read_or_make(std::string_view name);

  sqlite_database& in_;
  sqlite_statement find_, make_, text_, count_, remove_;
  std::unordered_map<std::string, std::int64_t, text_hash, std::equal_to<>> known_;
  std::unordered_map<std::int64_t, std::int64_t> changes_;   ///< of counts, in this transaction
};

}  // namespace sallyport::ledger
