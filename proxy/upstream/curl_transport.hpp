#pragma once
/// The transport over libcurl: TLS and HTTP/1.1. One a worker, used on the worker's thread alone. Deployment classes never share a
/// connection. Transfers may outlive it, but not its io_context.

#include "proxy/upstream/transport.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>

namespace sallyport::upstream {

/// Once a process, before the first transport and before any other thread runs. False: libcurl cannot be used.
[[nodiscard]] bool curl_global();

/// `on` runs in one thread; `time` tells the steady clock's time, in which deadlines are given. Both outlive transport and transfers.
std::unique_ptr<transport> make_curl_transport(boost::asio::io_context& on, const clock& time, std::size_t kept = kept_connections_max);

}  // namespace sallyport::upstream
