#include "proxy/stages/pipeline.hpp"

#include "proxy/stages/admit.hpp"
#include "proxy/stages/classify.hpp"
#include "proxy/stages/exchange.hpp"
#include "proxy/stages/make_plan.hpp"
#include "proxy/stages/read_call.hpp"
#include "proxy/stages/relay_call.hpp"
#include "proxy/stages/reply.hpp"
#include "proxy/stages/settle.hpp"

#include <optional>
#include <utility>

namespace sallyport::stages {

const std::array<stage, 4> deciding_stages{{
    {"read_call", "everything behind it speaks of the call, not of bytes", read_call},
    {"classify", "before any choice: the data class decides who may be chosen, and only rises", classify},
    {"plan", "policy first, then the order; what is left out here can be reached by no later stage", make_plan},
    {"admit", "last before money is spent: a call refused for any other reason has taken nothing", admit},
}};

namespace {

/// Why it is not sent at all.
maybe_failure decide(exchange& x) {
  for (const auto& next : deciding_stages)
    if (auto passed = next.run(x); passed.has_error()) return std::move(passed).error();
  return std::nullopt;
}

}  // namespace

task<void> run_pipeline(exchange& x, reply_sink& sink) {
  x.why = decide(x);
  if (!x.why) co_await relay_call(x, sink);
  settle(x);  // Always, also for a client that has left, and before the last bytes go out: what is reported as done is recorded.
  co_await reply(x, sink);
}

}  // namespace sallyport::stages
