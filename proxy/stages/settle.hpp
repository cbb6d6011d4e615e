#pragma once
/// settle: the last attempt's usage -> cost -> journal; metrics, log; leases given back. Always runs, also after a refusal or a disconnect.

#include "adapters/words/failure.hpp"

namespace sallyport::stages {

struct exchange;
struct generation;
struct request_head;
struct worker_parts;

void settle(exchange& x);

/// Counts and logs a request that ended before it had an exchange.
void record_refusal(worker_parts& with, const generation& of, const request_head& head, const failure& why);

}  // namespace sallyport::stages
