// Any bytes as an engine's metrics: nothing, or a load that can be compared with a limit.

#include "adapters/engine_load.hpp"
#include "stream_cuts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sallyport;
  static const engine_metrics names{"/metrics", "vllm:num_requests_waiting", "vllm:kv_cache_usage_perc"};
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto load = read_engine_load(text, names, "m");
  if (!load) return 0;
  // Not so for a value that is no number.
  fuzz::must(load->waiting >= 0 && (!load->kv_use || *load->kv_use >= 0));
  fuzz::must(text.find(names.waiting) != std::string_view::npos);
  return 0;
}
