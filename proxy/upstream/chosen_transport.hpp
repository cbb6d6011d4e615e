#pragma once
/// Both transports as one: each provider is reached by the one that its configuration says. One a worker, used on the worker's thread alone.

#include "proxy/upstream/transport.hpp"
#include "proxy/words/mailbox.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>

namespace sallyport::upstream {

/// curl_global() was called. `on` runs in one thread; both references outlive transport and transfers.
/// `kept`: connections that each of the two keeps open for each deployment class.
/// `post` runs something on that thread, from any other, as long as the transport lives.
std::unique_ptr<transport> make_chosen_transport(boost::asio::io_context& on, const clock& time, std::size_t kept, poster post);

}  // namespace sallyport::upstream
