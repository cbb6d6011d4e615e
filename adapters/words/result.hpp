#pragma once
/// result<T>: a value or a failure. The only way in which errors travel in the request path; nothing there throws.

#include "adapters/words/failure.hpp"

#include <boost/system/result.hpp>

namespace sallyport {

template <class T>
using result = boost::system::result<T, failure>;

/// Called by result::value() on a failure. Reaching it is a programming error: look before you read the value.
[[noreturn]] void throw_exception_from_error(const failure& why, const boost::source_location& where);

}  // namespace sallyport
