// layer: proxy_upstream
// rule: nothing but policy can make a cleared deployment
// the compiler says: is private within this context
#include "proxy/words/cleared.hpp"

#include <memory>

sallyport::cleared copied(const sallyport::cleared& target) { return target; }

#ifdef BREAK_THE_RULE
sallyport::cleared forged(std::shared_ptr<const sallyport::config::deployment> deployment) {
  return sallyport::cleared(std::move(deployment), sallyport::content_form::as_it_came);
}
#endif
