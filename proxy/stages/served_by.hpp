#pragma once
/// The headers that say who served a request, and as what it was judged.

#include "adapters/words/header_list.hpp"
#include "adapters/words/warning.hpp"
#include "config/settings.hpp"
#include "proxy/words/facts.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace sallyport::stages {

/// x-sallyport-warning: what a translation left out or changed, one each; beyond 32 only that there were more.
void add_warnings(header_list& to, const std::vector<warning>& all);

/// x-sallyport-served-by, x-sallyport-class, x-sallyport-attempts.
void add_served_by(header_list& to, const config::deployment& served, std::size_t attempts);

/// The value of x-sallyport-data-class: the class that a call was judged to have and what made it that, as in
/// restricted; raised-by="detector iban". Empty for a public one.
std::string judgement_of(const facts& known);

}  // namespace sallyport::stages
