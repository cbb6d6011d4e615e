// layer: proxy_policy
// rule: policy cannot include the server
// the compiler says: No such file
#include "proxy/words/plan.hpp"
#ifdef BREAK_THE_RULE
#include "proxy/server/framing.hpp"
#endif
