#pragma once
/// The life of a request, as a list. Read it top to bottom.

#include "adapters/words/result.hpp"
#include "proxy/words/task.hpp"

#include <array>
#include <string_view>

namespace sallyport {
class reply_sink;
}

namespace sallyport::stages {

struct exchange;

/// A stage that decides; it may refuse, and then nothing behind it runs but settle and reply.
struct stage {
  std::string_view name;
  std::string_view why_here;
  result<void> (*run)(exchange&);
};

/// The deciding stages in their order. Before them stands identify, on the head alone; behind them relay, settle, reply.
extern const std::array<stage, 4> deciding_stages;

/// Runs an exchange whose head was admitted and whose body is there.
task<void> run_pipeline(exchange& x, reply_sink& sink);

}  // namespace sallyport::stages
