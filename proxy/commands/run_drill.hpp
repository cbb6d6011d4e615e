#pragma once
/// sallyport drill: the operator's own configuration over built-in upstreams that fail in every way of the failover scenarios.

#include <string>

namespace sallyport::commands {

struct drill_options {
  std::string file;    ///< configuration
  std::string model;   ///< only that one; empty: all
  bool json = false;
};

/// Exit code 0 when nothing lied, hung or was lost that could have been rescued.
int run_drill(const drill_options& options);

}  // namespace sallyport::commands
