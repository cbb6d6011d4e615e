// layer: proxy_upstream
// rule: the transport takes no deployment that was not cleared
// the compiler says: cannot convert
#include "proxy/upstream/transport.hpp"

#include <utility>

using namespace sallyport;

void sent(upstream::transport& way, const cleared& target, upstream::outgoing what) { way.send(target, std::move(what)); }

#ifdef BREAK_THE_RULE
void smuggled(upstream::transport& way, const config::deployment& target, upstream::outgoing what) { way.send(target, std::move(what)); }
#endif
