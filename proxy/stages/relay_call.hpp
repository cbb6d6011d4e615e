#pragma once
/// relay: hands the call to the loop that sends, with what this request's exchange and generation say.

#include "proxy/words/task.hpp"

namespace sallyport {
class reply_sink;
}

namespace sallyport::stages {

struct exchange;

/// Fills x.attempts, x.reply and x.why.
task<void> relay_call(exchange& x, reply_sink& sink);

}  // namespace sallyport::stages
