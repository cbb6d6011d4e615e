#pragma once
/// The transport of our own, on the worker's event loop: HTTP/1.1, and through TLS HTTP/2 where the provider chooses it. One a worker, used on the worker's thread alone.
/// Deployment classes never share a connection. Transfers may outlive it, but not its io_context.

#include "proxy/upstream/transport.hpp"
#include "proxy/words/mailbox.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>

namespace sallyport::upstream {

/// `on` runs in one thread; `time` tells the steady clock's time, in which deadlines are given. Both outlive transport and transfers.
/// `kept`: connections that stay open for each deployment class while nothing runs on them.
/// `post` runs something on that thread, from any other, as long as the transport lives.
std::unique_ptr<transport> make_native_transport(boost::asio::io_context& on, const clock& time, std::size_t kept, poster post);

}  // namespace sallyport::upstream
