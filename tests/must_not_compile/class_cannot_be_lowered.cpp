// layer: proxy_policy
// rule: the data class of a call cannot be lowered
// the compiler says: use of deleted function
#include "proxy/words/facts.hpp"

void raised(sallyport::facts& known) { known.raise(sallyport::data_class::restricted, "a test"); }

#ifdef BREAK_THE_RULE
void lowered(sallyport::facts& known) { known.sensitivity = sallyport::data_class::public_; }
#endif
