#pragma once
/// The rule for credentials: by reference only, unless the operator says otherwise.

#include "config/cursor.hpp"
#include "config/value_kinds.hpp"

namespace sallyport::config {

/// The secret itself; a problem at `at` when it is written into the file and that is not allowed.
secret accepted_secret(const written_secret& from, const cursor& at, bool allow_inline_secrets);

}  // namespace sallyport::config
