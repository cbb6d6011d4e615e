#pragma once
/// reply: the last bytes to the client. Behind settle, so that nothing is reported as done that is not recorded, and so that the cost is
/// known when an unstreamed reply's head is written.

#include "proxy/words/task.hpp"

namespace sallyport {
class reply_sink;
}

namespace sallyport::stages {

struct exchange;

task<void> reply(exchange& x, reply_sink& sink);

}  // namespace sallyport::stages
