// layer: config
// rule: the configuration cannot include the proxy
// the compiler says: No such file
#include "adapters/words/failure.hpp"
#ifdef BREAK_THE_RULE
#include "proxy/words/cleared.hpp"
#endif
