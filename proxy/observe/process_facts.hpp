#pragma once
/// What the operating system says of this process, for the process_* metrics that every Prometheus client exports.

#include <optional>

namespace sallyport::observe {

/// Nothing where the system (other than Linux) or a sandbox does not tell.
struct process_facts {
  std::optional<double> resident_bytes;
  std::optional<double> virtual_bytes;
  std::optional<double> cpu_seconds;       ///< user and system, since the start
  std::optional<double> start_unix_seconds;
  std::optional<double> open_descriptors;
  std::optional<double> max_descriptors;   ///< the soft limit
};

/// Reads /proc; some tens of microseconds. Any thread.
process_facts process_facts_now();

}  // namespace sallyport::observe
