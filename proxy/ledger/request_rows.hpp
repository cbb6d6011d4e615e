#pragma once
/// Rows of attempts, put together again into requests.

#include "proxy/ledger/journal_row.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace sallyport::ledger {

/// The attempts of one request, the first first. The last one carries the request's facts, except where the process died before its end or
/// a report's time ends in its middle.
using request_rows = std::vector<stored_row>;

/// Fed with rows in the order of their sends; gives each request as soon as it is whole. Keeps those under way: as many as run at once.
class request_assembler {
 public:
  explicit request_assembler(std::function<void(const request_rows&)> see) : see_(std::move(see)) {}

  void take(const stored_row& row);
  /// Gives what is left: requests without an end.
  void end();

 private:
  std::function<void(const request_rows&)> see_;
  std::map<request_uuid, request_rows> open_;
};

}  // namespace sallyport::ledger
