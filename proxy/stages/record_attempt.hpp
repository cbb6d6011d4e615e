#pragma once
/// usage -> cost -> a row in the journal, attempt by attempt: what was sent is recorded before anything further is done for its request, so
/// that a process killed in the middle of a request has lost none of those that had ended.

namespace sallyport {
struct attempt;
}

namespace sallyport::stages {

struct exchange;

/// An attempt of x has ended and another step follows: its row goes into the journal at once, without the request's facts.
void record_attempt(exchange& x, attempt& ended);

/// The request has ended: the row of its last attempt, with the request's facts. When that attempt has a row already (its client left
/// behind it), this is a second row of the same id, and readers keep the later one. When nothing was sent it does nothing, but for a request that a policy
/// or a detector denied: that has a row of its own.
void record_last_attempt(exchange& x);

}  // namespace sallyport::stages
