#include "proxy/stages/classify.hpp"

#include "proxy/stages/exchange.hpp"
#include "proxy/stages/tags.hpp"

namespace sallyport::stages {

result<void> classify(exchange& x) {
  auto& known = x.known;
  known.model = x.asked.model;
  known.asks = x.asked.asks;
  known.prompt_tokens = x.asked.prompt_tokens_estimate;
  known.max_tokens = x.asked.max_tokens;
  known.stream = x.asked.stream;
  known.has_tools = x.asked.has_tools;
  known.has_images = x.asked.has_images;
  if (x.head.headers.has("x-sallyport-data-class"))
    known.sensitivity = raised(known.sensitivity, label_of(x.head.headers.get("x-sallyport-data-class")));
  if (const auto header = x.head.headers.get("x-sallyport-tags"); !header.empty()) {
    auto tags = tags_in(header);
    if (tags.has_error()) return std::move(tags).error();
    known.tags = std::move(*tags);
  }
  return {};
}

}  // namespace sallyport::stages
