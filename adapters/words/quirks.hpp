#pragma once
/// In what a provider departs from its dialect. Data of its preset, read by the dialect; a provider's name is never asked for.

namespace sallyport {

struct quirks {
  bool takes_stream_options = true;    ///< false: `stream_options` must not be sent (Mistral answers 422); usage comes unasked
  bool may_end_without_done = false;   ///< true: the finish reason ends a stream, no `[DONE]` follows (Perplexity, llama-box)
  bool operator==(const quirks&) const = default;
};

}  // namespace sallyport
