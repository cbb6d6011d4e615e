#pragma once
/// The coroutine type of everything that waits. A task runs on its worker's io_context and never moves to another thread.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sallyport {

using executor = boost::asio::io_context::executor_type;

template <class T>
using task = boost::asio::awaitable<T, executor>;

/// The completion token of every wait: errors come back as the first value of a tuple, nothing throws.
inline constexpr auto as_values = boost::asio::as_tuple(boost::asio::use_awaitable_t<executor>{});

}  // namespace sallyport
