#pragma once
/// The orderly end of a thread that serves: its sessions end first, since what they hold must not outlive the parts that lent it.

#include "proxy/server/listener.hpp"
#include "proxy/words/clock.hpp"

namespace sallyport {

/// Closes the listener and all its sessions, waits until they have ended (two seconds at the most), then stops the io_context.
task<void> close_then_stop(server::listener& listener, clock& time, boost::asio::io_context& on);

}  // namespace sallyport
