#pragma once
/// A recorded reply as the relay would write it for a client of any dialect: read with the provider's dialect, written with the client's.

#include "adapters/dialect.hpp"
#include "tests/support/recordings.hpp"

#include <functional>
#include <string>

namespace sallyport::tests {

/// The call with which a client of that dialect would have asked for it: the recorded one, translated; where that cannot be, a plain one.
/// It asks for usage.
call asked_by(dialect_id client, const recording& one);

/// How many bytes come next.
using next_length = std::function<std::size_t()>;

/// A stream in the client's words, from the bytes in those pieces. A stream of its own dialect is passed on as it is.
std::string stream_for(const call& asked, const recording& one, const next_length& length);

/// A whole reply in the client's words. Fails as read_answer does.
result<std::string> answer_for(const call& asked, const recording& one);

}  // namespace sallyport::tests
