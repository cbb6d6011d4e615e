#pragma once
/// Whether one condition holds only where another one does too: then a rule behind that other one is never reached.

#include "config/condition_term.hpp"

namespace sallyport::config {

/// True is certain; false means that it was not seen. What is seen: the same comparisons in any order, further ones beside them, and
/// narrower ranges, lists and values of the same name.
bool implies(const condition_term& narrow, const condition_term& wide);

}  // namespace sallyport::config
