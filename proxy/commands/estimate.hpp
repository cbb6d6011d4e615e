#pragma once
/// What a request would cost at a deployment, in words: for explain.

#include "config/settings.hpp"
#include "proxy/words/clock.hpp"

#include <cstdint>
#include <string>

namespace sallyport::commands {

/// With an unknown price every text but `cost` is empty.
struct estimate {
  std::string cost = "unknown";  ///< dollars
  std::string basis;
  std::string version;
  std::string from;              ///< the day from which that price is valid; empty: since ever
  std::int64_t above = 0;        ///< the tier that the prompt reaches begins above so many tokens; 0: the first
  std::string per_hour;          ///< dollars of machines that are paid by the hour: then the cost is a guess; empty: tokens are paid
};

estimate estimate_of(const config::deployment& at, std::int64_t prompt_tokens, std::int64_t output_tokens, wall_time when);

/// As in: 1.5 USD (contract, contract:2026-01-01, valid from 2026-01-01, rates for prompts above 200000 tokens)
std::string in_words(const estimate& what);

}  // namespace sallyport::commands
