#include "proxy/stages/admit.hpp"

#include "proxy/ledger/journal.hpp"
#include "proxy/stages/exchange.hpp"

namespace sallyport::stages {

result<void> admit(exchange& x) {
  if (!x.with.journal.has_room()) return fail(failure_kind::journal_full);
  return {};
}

}  // namespace sallyport::stages
