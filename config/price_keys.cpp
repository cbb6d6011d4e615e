#include "config/price_keys.hpp"

namespace sallyport::config {

section<price_draft> price_keys() {
  using d = price_draft;
  return {
      required(value_key("input", &d::input, dollars(), "", "Prompt tokens."), "is missing; a price names at least input and output"),
      value_key("cached_input", &d::cached_input, dollars(), "", "Prompt tokens read from the provider's cache. Default: as input."),
      value_key("cache_write", &d::cache_write, dollars(), "", "Prompt tokens written to the provider's cache. Default: as input."),
      required(value_key("output", &d::output, dollars(), "", "Completion tokens."), "is missing; a price names at least input and output"),
      value_key("reasoning", &d::reasoning, dollars(), "", "Completion tokens spent on reasoning. Default: as output."),
      later<d>("gpu_hour"),
      later<d>("gpus"),
  };
}

token_prices prices_of(const price_draft& from) {
  return {.input = from.input,
          .cached_input = from.cached_input.value_or(from.input),
          .cache_write = from.cache_write.value_or(from.input),
          .output = from.output,
          .reasoning = from.reasoning.value_or(from.output)};
}

}  // namespace sallyport::config
