#pragma once
/// What becomes of a recorded request when it is sent to a provider of another dialect.

#include "adapters/words/warning.hpp"
#include "tests/support/recordings.hpp"

#include <string>
#include <vector>

namespace sallyport::tests {

enum class carriage {
  whole,     ///< as it is
  told,      ///< but for what a warning names
  refused,   ///< with the field's name: it says what the other has no word for, or is wrong in itself
  failed,    ///< anything else: what must not happen
};

struct sent_request {
  carriage is = carriage::failed;
  std::vector<warning> warnings;
  std::string field;    ///< refused: which
  std::string reason;   ///< refused and failed: why
};

sent_request sent_to(dialect_id provider, const recording& one);

inline bool has_request(const recording& one) { return one.request.starts_with("{"); }

}  // namespace sallyport::tests
