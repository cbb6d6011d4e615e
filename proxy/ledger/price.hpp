#pragma once
/// Price arithmetic: tokens x price -> money, exact to the last nano-dollar.

#include "adapters/words/money.hpp"
#include "adapters/words/usage.hpp"

namespace sallyport::ledger {

/// What these tokens cost at these prices per million tokens. The sum is exact and divided by a million once, rounded half up; so two
/// attempts priced apart differ from the same tokens priced together by at most one nano-dollar. A negative count or price counts as
/// zero, and a sum beyond the range of nano_usd (9.2 billion dollars) stays at its upper end.
nano_usd cost_of(const usage& tokens, const token_prices& per_million);

}  // namespace sallyport::ledger
