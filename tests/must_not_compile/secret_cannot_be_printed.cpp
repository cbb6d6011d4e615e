// layer: proxy_observe
// rule: a secret cannot be printed
// the compiler says: no match for
#include "adapters/words/secret.hpp"

#include <iostream>

void counted(const sallyport::secret& key) { std::cout << sizeof key; }

#ifdef BREAK_THE_RULE
void printed(const sallyport::secret& key) { std::cout << key; }
#endif
