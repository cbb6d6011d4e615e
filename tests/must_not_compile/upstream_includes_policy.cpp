// layer: proxy_upstream
// rule: upstream cannot include policy, which stands beside it
// the compiler says: No such file
#include "proxy/words/cleared.hpp"
#ifdef BREAK_THE_RULE
#include "proxy/policy/clearance.hpp"
#endif
