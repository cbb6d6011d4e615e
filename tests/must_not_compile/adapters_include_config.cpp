// layer: adapters
// rule: adapters cannot include the configuration
// the compiler says: No such file
#include "adapters/words/call.hpp"
#ifdef BREAK_THE_RULE
#include "config/settings.hpp"
#endif
