#pragma once
/// admit: what a request takes before it may cost anything, and what becomes of it at the end. A refused call takes nothing. 402, 429, 503.

#include "adapters/words/result.hpp"
#include "config/settings.hpp"

namespace sallyport::stages {

struct exchange;

/// A call that may cost money and could not be recorded is not sent; one that its team's limits or budget have no room for is refused.
result<void> admit(exchange& x);

/// Before an attempt: reserves what it may cost beyond what the call holds already. budget_exhausted when there is no room for it, and
/// deployments_full when the call comes there only because others are full, and it is dearer than its model allows for that.
result<void> afford(exchange& x, const config::deployment& to, bool overflows);

/// Whether a stream that does not begin may go to a second deployment too: within its model's max_cost, and what both may cost is reserved.
bool afford_hedge(exchange& x, const config::deployment& first, const config::deployment& second);

/// Settles what the call holds to what it used, and teaches the forecast. After every attempt is priced.
void settle_leases(exchange& x);

}  // namespace sallyport::stages
