// layer: proxy_stages
// rule: the stages cannot include the server
// the compiler says: No such file
#include "proxy/stages/service.hpp"
#ifdef BREAK_THE_RULE
#include "proxy/server/framing.hpp"
#endif
