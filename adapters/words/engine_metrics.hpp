#pragma once
/// Where an engine tells how busy it is, and what it says.

#include <optional>
#include <string>

namespace sallyport {

/// Names of metrics in Prometheus text. Data of a preset.
struct engine_metrics {
  std::string path;      ///< of the origin
  std::string waiting;   ///< requests that it has taken and not begun, as in vllm:num_requests_waiting
  std::string kv_use;    ///< part of its cache for prompts that is in use, 0 to 1; empty: it does not tell
  bool operator==(const engine_metrics&) const = default;
};

struct engine_load {
  double waiting = 0;               ///< over all its parts
  std::optional<double> kv_use;     ///< of the fullest part
};

}  // namespace sallyport
